//! Calls that reach the API through the front end's own server.

mod front_end;

use betroth_agreement::{CredentialKind, IssuerKind};
use betroth_source_typescript::Callee;
use front_end::web;

#[test]
fn route_of_the_front_end_signs_a_token_of_its_own() {
    let jose = r#"import { SignJWT } from "jose"; import { auth } from "@/lib/auth";
const secret = new TextEncoder().encode(process.env.JWT_SECRET!);
export async function GET(request: Request) {
  const session = await auth.api.getSession({ headers: request.headers });
  if (!session) return Response.json({ error: "no" }, { status: 401 });
  const token = await new SignJWT({ sub: session.user.id }).setProtectedHeader({ alg: "HS256" }).setExpirationTime("1h").sign(secret);
  return Response.json({ token });
}"#;
    let jsonwebtoken = r#"import jwt from "jsonwebtoken"; import { NextResponse } from "next/server";
export const GET = async () => {
  const token = jwt.sign({ sub: "1" }, process.env.JWT_SECRET as string, { algorithm: "HS512", expiresIn: "1h" });
  return NextResponse.json({ token });
};"#;
    let api = r#"async function token() { const res = await fetch("/api/token", { credentials: "include" }); const data = await res.json(); return data.token as string; }
export const list = async () => fetch(`${process.env.NEXT_PUBLIC_API_URL}/notes`, { headers: { Authorization: `Bearer ${await token()}` } });"#;
    for (route, algorithm) in [(jose, "HS256"), (jsonwebtoken, "HS512")] {
        let web = web(&[("app/api/token/route.ts", route), ("lib/api.ts", api)]);
        let summary = web.issuer();
        assert_eq!(summary.kind, IssuerKind::HandSignedJwt);
        assert_eq!(
            summary.algorithms[0].value,
            betroth_agreement::Value::Known(algorithm.to_owned())
        );
        assert_eq!(
            web.issuers[0].key.as_ref().expect("the key is told").value,
            betroth_agreement::Value::Known(betroth_agreement::KeySource::Environment {
                name: "JWT_SECRET".to_owned(),
                defaulted: false
            })
        );
    }
}

#[test]
fn fixed_route_wins_over_the_one_that_better_auth_answers() {
    let route = r#"import jwt from "jsonwebtoken"; export async function GET() { return Response.json({ token: jwt.sign({}, process.env.SECRET) }); }"#;
    let api = r#"export async function list() {
  const { token } = await fetch("/api/auth/token").then((response) => response.json());
  return fetch(`${process.env.NEXT_PUBLIC_API_URL}/notes`, { headers: { Authorization: `Bearer ${token}` } });
}"#;
    let web = web(&[("app/api/auth/token/route.ts", route), ("lib/api.ts", api)]);
    assert_eq!(web.issuer().kind, IssuerKind::HandSignedJwt);
}

#[test]
fn proxy_of_the_front_end_hands_on_what_it_is_given() {
    let web = web(&[
        (
            "app/api/notes/route.ts",
            r#"import { NextRequest } from "next/server";
export async function GET(request: NextRequest) {
  const authorization = request.headers.get("authorization");
  return fetch(`${process.env.API_URL}/notes`, { headers: { Authorization: authorization ?? "" } });
}"#,
        ),
        (
            "lib/api.ts",
            r#"import { authClient } from "./auth-client";
export async function list() { const { data } = await authClient.token(); return fetch("/api/notes", { headers: { Authorization: `Bearer ${data.token}` } }); }"#,
        ),
    ]);
    assert_eq!(web.issuer().kind, IssuerKind::BetterAuthJwt);
}

#[test]
fn rewrite_sends_a_path_on_to_the_api() {
    let web = web(&[
        (
            "next.config.ts",
            r#"const api = process.env.API_URL ?? "http://localhost:8000";
export default { async rewrites() { return [{ source: "/backend/:path*", destination: `${api}/:path*` }]; } };"#,
        ),
        (
            "lib/api.ts",
            r#"export const list = () => fetch("/backend/notes", { credentials: "include" });"#,
        ),
    ]);
    assert_eq!(web.rewrites[0].source, "/backend/:path*");
    assert_eq!(
        web.rewrites[0].destination.environment.as_deref(),
        Some("API_URL")
    );
    assert_eq!(web.issuer().kind, IssuerKind::SessionCookie);
}

/// The page's client, which has a handler of the front end put the token on.
const PAGE: &str = r#"import { createClient } from "betroth";
const client = createClient({ url: "/api/backend", token: false });
export const list = () => client.makeAuthenticatedRequest("/notes");"#;

#[test]
fn handler_that_passes_on_sends_a_token_in_place_of_the_cookie() {
    let by_itself = "async (headers) => (await auth.api.getToken({ headers })).token";
    let by_endpoint = r#"new URL("/api/auth/token", process.env.BETTER_AUTH_URL)"#;
    for token in [by_itself, by_endpoint] {
        let handler = format!(
            "import {{ passOn }} from \"betroth/next\"; import {{ auth }} from \"@/lib/auth\";\n\
             export const {{ GET, POST }} = passOn({{ url: process.env.API_URL!, under: \"/api/backend\", token: {token} }});"
        );
        let web = web(&[
            ("app/api/backend/[...path]/route.ts", &handler),
            ("app/page.tsx", PAGE),
        ]);
        assert_eq!(web.issuer().kind, IssuerKind::BetterAuthJwt, "{token}");
        let to_the_api = web.calls.iter().find(|call| call.callee == Callee::Api);
        let call = to_the_api.expect("the handler calls the API");
        assert_eq!(
            (call.path.as_str(), call.server, call.credential),
            ("/notes", true, CredentialKind::BearerJwt)
        );
        assert_eq!(call.place.file, "app/page.tsx");
        assert!(call.wrapper.file.ends_with("route.ts"));
        assert_eq!(call.base.environment.as_deref(), Some("API_URL"));
        assert!(call.answer.looks_for_401);
    }
}

#[test]
fn call_that_a_handler_passes_on_is_a_call_to_the_api() {
    let under_a_name = "const under = \"/api/backend\";\n\
                        const handlers = passOn({ url: process.env.API_URL!, under, token: () => null });\n\
                        export const GET = handlers.GET;";
    let under_its_folder = "export const { GET } = passOn({ url: process.env.API_URL!, under: process.env.UNDER!, token: () => null });";
    let page = r#"export const one = (id: string) => fetch(`/api/backend/notes/${id}`, { method: "PUT" });
export const events = () => new EventSource("/api/backend/events", { withCredentials: true });
export const itself = () => fetch("/api/backend");
export const other = () => fetch("/api/health");"#;
    for handler in [under_a_name, under_its_folder] {
        let handler = format!("import {{ passOn }} from \"betroth/next\";\n{handler}");
        let web = web(&[
            ("app/api/backend/[...path]/route.ts", &handler),
            (
                "app/api/health/route.ts",
                "export const GET = () => new Response();",
            ),
            ("app/page.tsx", page),
        ]);
        let told = |callee: Callee| -> Vec<(Option<&str>, &str)> {
            let calls = web.calls.iter().filter(|call| call.callee == callee);
            calls
                .map(|call| (call.method.as_deref(), call.path.as_str()))
                .collect()
        };
        assert_eq!(
            told(Callee::Api),
            [(Some("PUT"), "/notes/{}"), (Some("GET"), "/events")]
        );
        let own = [(Some("GET"), "/api/backend"), (Some("GET"), "/api/health")];
        assert_eq!(told(Callee::Own), own);
    }
}

#[test]
fn path_that_a_function_is_given_goes_behind_the_base_of_the_client() {
    let api = r#"import { createClient } from "betroth";
const client = createClient({ url: "/api/backend", token: false });
async function request(path: string, options = {}) { return client.makeAuthenticatedRequest(path, { ...options }); }
export const list = () => request("/notes");"#;
    let handler = "import { passOn } from \"betroth/next\";\n\
                   export const { GET } = passOn({ url: process.env.API_URL!, under: \"/api/backend\", token: () => null });";
    let web = web(&[
        ("app/api/backend/[...path]/route.ts", handler),
        ("lib/api.ts", api),
        (
            "app/page.tsx",
            "import { list } from \"@/lib/api\"; export default function Page() { list(); return null; }",
        ),
    ]);
    let calls = web.calls.iter();
    let told: Vec<_> = calls
        .map(|call| (call.callee, call.path.as_str()))
        .collect();
    assert_eq!(told, [(Callee::Api, "/notes")]);
}

#[test]
fn handler_through_which_nothing_is_seen_to_go_calls_the_api_for_itself() {
    let web = web(&[(
        "app/api/backend/[...path]/route.ts",
        "import { passOn } from \"betroth/next\"; import { auth } from \"@/lib/auth\";\n\
         export const { GET } = passOn({ url: process.env.API_URL!, under: \"/api/backend\", token: async (headers) => (await auth.api.getToken({ headers })).token });",
    )]);
    let paths: Vec<&str> = web.calls.iter().map(|call| call.path.as_str()).collect();
    assert_eq!(paths, ["/{}"]);
    assert_eq!(web.issuer().kind, IssuerKind::BetterAuthJwt);
}

#[test]
fn handler_whose_function_gives_no_token_is_not_taken_for_one_that_sends_it() {
    let handler = "import { passOn } from \"betroth/next\";\n\
                   export const { GET } = passOn({ url: process.env.API_URL, under: \"/api/backend\", token: async () => null });";
    let web = web(&[
        ("app/api/backend/[...path]/route.ts", handler),
        ("lib/api.ts", PAGE),
    ]);
    let call = web.calls.iter().find(|call| call.callee == Callee::Api);
    assert_ne!(
        call.map(|call| call.credential),
        Some(CredentialKind::BearerJwt)
    );
}

#[test]
fn client_of_a_server_sends_the_token_of_its_function() {
    let web = web(&[(
        "app/notes/page.tsx",
        r#"import { createServerClient } from "betroth/next"; import { auth } from "@/lib/auth";
const api = createServerClient({ url: process.env.API_URL!, token: async (headers) => (await auth.api.getToken({ headers })).token });
export default async function Page() { const { data } = await api.json("/notes"); return null; }"#,
    )]);
    assert_eq!(web.issuer().kind, IssuerKind::BetterAuthJwt);
    assert_eq!(web.calls[0].path, "/notes");
}
