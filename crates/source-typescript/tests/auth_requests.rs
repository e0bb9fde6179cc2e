//! Requests to Better Auth: what each asks, and what tells who asks.

use betroth_source_typescript::{Absent, Proof, Requester, Side, Web};

mod front_end;

fn web(path: &str, text: &str) -> Web {
    front_end::web(&[(path, text)])
}

/// Each request as `GET /token`, with what tells who asks.
fn asked(path: &str, text: &str) -> Vec<(String, Proof)> {
    let requests = web(path, text).auth_requests;
    let shown = |method: &Option<String>| method.clone().unwrap_or_default();
    requests
        .iter()
        .map(|one| {
            let line = format!("{} {}", shown(&one.method), one.endpoint);
            (line.trim().to_owned(), one.proof)
        })
        .collect()
}

#[test]
fn a_client_makes_a_path_of_the_names_that_it_is_given() {
    for (call, endpoint) in [
        ("authClient.token()", "/token"),
        ("authClient.getJWTToken()", "/get-jwt-token"),
        (
            "authClient.signIn.email({ email, password })",
            "/sign-in/email",
        ),
        ("authClient.$fetch('/token')", "/token"),
        ("getSession()", "/get-session"),
    ] {
        let text = format!(
            "import {{ authClient, getSession }} from '@/lib/auth-client'; export default async function Page() {{ await {call}; }}"
        );
        assert_eq!(
            asked("app/page.tsx", &text),
            [(endpoint.to_owned(), Proof::None)],
            "{call}"
        );
    }
}

#[test]
fn hooks_and_parts_of_the_client_itself_are_no_requests() {
    let text = "'use client'; import { authClient, useSession } from '@/lib/auth-client'; export default function Page() { useSession(); authClient.useSession(); authClient.$store.notify('x'); }";
    assert_eq!(asked("app/page.tsx", text), []);
}

#[test]
fn a_fetch_below_the_path_of_better_auth_is_a_request_to_it() {
    let text = "export default async function Page() { await fetch('/api/auth/get-session'); await fetch('http://localhost:3000/api/auth/token', { method: 'post', headers: { cookie: 'x' } }); await fetch('/api/other'); }";
    assert_eq!(
        asked("app/page.tsx", text),
        [
            ("GET /get-session".to_owned(), Proof::None),
            ("POST /token".to_owned(), Proof::Cookie)
        ]
    );
}

#[test]
fn a_handler_of_the_projects_own_is_no_better_auth() {
    let web = front_end::web(&[
        (
            "app/api/auth/jwt/route.ts",
            "import { auth } from '@/lib/auth'; export async function GET() { return Response.json({}); }",
        ),
        (
            "app/page.tsx",
            "export default function Page() { fetch('/api/auth/jwt'); }",
        ),
    ]);
    assert_eq!(web.auth_requests, []);
}

#[test]
fn what_tells_who_asks_is_told() {
    for (options, proof) in [
        ("", Proof::None),
        ("{ query: { disableCookieCache: true } }", Proof::None),
        (
            "{ fetchOptions: { headers: await headers() } }",
            Proof::Cookie,
        ),
        (
            "{ fetchOptions: { headers: { cookie: (await headers()).get('cookie') ?? '' } } }",
            Proof::Cookie,
        ),
        (
            "{ fetchOptions: { headers: { Authorization: `Bearer ${process.env.X}` } } }",
            Proof::Bearer,
        ),
        (
            "{ fetchOptions: { auth: { type: 'Bearer', token: 'x' } } }",
            Proof::Bearer,
        ),
        ("{}, { headers: request.headers }", Proof::Cookie),
        ("given", Proof::Unknown),
        (
            "{ fetchOptions: { onRequest: (context) => context } }",
            Proof::Unknown,
        ),
        ("{ fetchOptions: make() }", Proof::Unknown),
    ] {
        let text = format!(
            "import {{ headers }} from 'next/headers'; import {{ make }} from 'somewhere'; import {{ authClient }} from '@/lib/auth-client'; export async function GET(request: Request, given: any) {{ await authClient.token({options}); }}"
        );
        assert_eq!(
            asked("app/api/x/route.ts", &text),
            [("/token".to_owned(), proof)],
            "{options}"
        );
    }
}

#[test]
fn headers_that_are_filled_elsewhere_are_not_told() {
    let text = "import { auth } from '@/lib/auth'; export async function GET(request: Request) { const headers = {}; request.headers.forEach((value, name) => { headers[name] = value; }); await auth.api.getSession({ headers }); }";
    assert_eq!(
        asked("app/api/x/route.ts", text),
        [("getSession".to_owned(), Proof::Unknown)]
    );
}

#[test]
fn the_servers_own_functions_are_told_with_what_they_are_given() {
    for (call, proof, whole) in [
        ("auth.api.getSession()", Proof::None, false),
        (
            "auth.api.getSession({ headers: await headers() })",
            Proof::Cookie,
            false,
        ),
        (
            "auth.api.getSession({ headers: request.headers })",
            Proof::Cookie,
            false,
        ),
        (
            "auth.api.getSession({ headers: new Headers({ Authorization: 'Bearer x' }) })",
            Proof::Bearer,
            false,
        ),
        (
            "auth.api.getSession({ query: {}, returnHeaders: true })",
            Proof::None,
            true,
        ),
    ] {
        let text = format!(
            "import {{ headers }} from 'next/headers'; import {{ auth }} from '@/lib/auth'; export async function GET(request: Request) {{ await {call}; }}"
        );
        let requests = web("app/api/x/route.ts", &text).auth_requests;
        assert_eq!(requests.len(), 1, "{call}");
        let one = &requests[0];
        assert_eq!(
            (
                one.by,
                one.endpoint.as_str(),
                one.proof,
                one.whole_response,
                one.from
            ),
            (Requester::Server, "getSession", proof, whole, Side::Server),
            "{call}"
        );
    }
}

#[test]
fn a_module_that_a_browser_loads_asks_as_the_browser_does() {
    let lib = "import { authClient } from './auth-client'; export async function who() { return await authClient.getSession(); }";
    let page = "import { who } from '@/lib/who'; export default function Page() { who(); }";
    for (text, side) in [
        (page.to_owned(), Side::Server),
        (format!("'use client'; {page}"), Side::Browser),
    ] {
        let web = front_end::web(&[("lib/who.ts", lib), ("app/page.tsx", &text)]);
        assert_eq!(web.auth_requests[0].from, side, "{text}");
    }
}

#[test]
fn a_module_that_nothing_loads_is_on_no_side() {
    let lib = "import { authClient } from './auth-client'; export async function who() { return await authClient.getSession(); }";
    assert_eq!(web("lib/who.ts", lib).auth_requests[0].from, Side::Browser);
}

#[test]
fn a_server_action_is_told_by_its_file_and_by_its_function() {
    for (text, side) in [
        (
            "'use server'; import { auth } from '@/lib/auth'; export async function act() { await auth.api.signInEmail({ body: {} }); }",
            Side::Action,
        ),
        (
            "import { auth } from '@/lib/auth'; export async function act() { 'use server'; await auth.api.signInEmail({ body: {} }); }",
            Side::Action,
        ),
        (
            "import { auth } from '@/lib/auth'; export async function act() { await auth.api.signInEmail({ body: {} }); }",
            Side::Browser,
        ),
    ] {
        assert_eq!(
            web("lib/act.ts", text).auth_requests[0].from,
            side,
            "{text}"
        );
    }
}

#[test]
fn a_member_that_a_session_does_not_have_is_told() {
    for (read, absent) in [
        (
            "const { data } = await authClient.getSession(); const token = data?.accessToken;",
            Some("data.accessToken"),
        ),
        (
            "const { data: session } = await authClient.getSession(); const token = session.token;",
            Some("data.token"),
        ),
        (
            "const session = await authClient.getSession(); const token = session.token;",
            Some("token"),
        ),
        (
            "const session = await authClient.getSession(); const token = (session as any).data.session.jwt;",
            Some("data.session.jwt"),
        ),
        (
            "const session = await authClient.getSession(); const token = session.data.user.accessToken;",
            Some("data.user.accessToken"),
        ),
        (
            "const session = await auth.api.getSession({ headers: new Headers() }); const token = session.accessToken;",
            Some("accessToken"),
        ),
        (
            "const { data } = await authClient.getSession(); const token = data?.session.token;",
            None,
        ),
        (
            "const { data } = await authClient.getSession(); const token = data?.accessToken ?? data?.session.token;",
            None,
        ),
        (
            "const session = await auth.api.getSession({ headers: new Headers() }); const token = session.session.token;",
            None,
        ),
        (
            "const session = await authClient.getSession({ fetchOptions: { throw: true } }); const token = session.session.token;",
            None,
        ),
        (
            "const { data } = await authClient.getSession(); const token = data?.user.tenant;",
            None,
        ),
    ] {
        let text = format!(
            "import {{ auth }} from '@/lib/auth'; import {{ authClient }} from '@/lib/auth-client'; export async function GET() {{ {read} await fetch(`${{process.env.API_URL}}/notes`, {{ headers: {{ Authorization: `Bearer ${{token}}` }} }}); }}"
        );
        let calls = web("app/api/x/route.ts", &text).calls;
        assert_eq!(calls.len(), 1, "{read}");
        let absent = absent.map(|member: &str| Absent::Member(member.to_owned()));
        assert_eq!(calls[0].origin.absent, absent, "{read}");
    }
}

#[test]
fn what_a_project_adds_to_a_session_is_not_missed() {
    for options in [
        "session: { additionalFields: { accessToken: { type: 'string' } } }",
        "plugins: [customSession(async (session) => session)]",
        "plugins: [mine()]",
        "hooks: { after: async (context) => context }",
        "...common",
    ] {
        let server = format!(
            "import {{ betterAuth }} from 'better-auth'; import {{ customSession }} from 'better-auth/plugins'; import {{ common }} from 'elsewhere'; const mine = () => ({{ id: 'mine' }}); export const auth = betterAuth({{ {options} }});"
        );
        let page = "import { authClient } from '@/lib/auth-client'; export default async function Page() { const { data } = await authClient.getSession(); await fetch(`${process.env.API_URL}/notes`, { headers: { Authorization: `Bearer ${data.accessToken}` } }); }";
        let web = front_end::web(&[("lib/auth.ts", &server), ("app/page.tsx", page)]);
        assert_eq!(web.calls[0].origin.absent, None, "{options}");
    }
}

#[test]
fn a_script_does_not_see_the_session_cookie() {
    let absent = |server: &str, more: &str| {
        let server = format!(
            "import {{ betterAuth }} from 'better-auth'; export const auth = betterAuth({{ {server} }});"
        );
        let page = format!(
            "'use client'; {more} export default function Page() {{ const load = async () => {{
const token = document.cookie.split('; ').find((row) => row.startsWith('better-auth.session_token='))?.split('=')[1];
await fetch(`${{process.env.NEXT_PUBLIC_API_URL}}/notes`, {{ headers: {{ Authorization: `Bearer ${{token}}` }} }}); }}; load(); return null; }}"
        );
        let web = front_end::web(&[("lib/auth.ts", &server), ("app/page.tsx", &page)]);
        web.calls[0].origin.absent.clone()
    };
    assert_eq!(absent("", ""), Some(Absent::HttpOnlyCookie));
    assert_eq!(
        absent(
            "advanced: { defaultCookieAttributes: { httpOnly: false } }",
            ""
        ),
        None
    );
    assert_eq!(
        absent(
            "",
            "export const keep = (token: string) => { document.cookie = `better-auth.session_token=${token}`; };"
        ),
        None
    );
}
