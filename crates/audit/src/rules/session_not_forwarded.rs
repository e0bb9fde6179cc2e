use betroth_report::{Confidence, Finding, Fix, Severity};
use betroth_source_typescript::{AuthRequest, Proof, Requester, Side, Web};

use super::{Subject, rule};
use crate::access::is_aside;

rule! {
    /// The server asks Better Auth who is logged in, and hands no cookie on.
    ///
    /// The session is a cookie of the browser. A server component, a route handler or a server action has none of its own: what it asks Better Auth
    /// without the headers of the request that it serves is asked by nobody. `auth.api.getSession()` fails or gives `null`, and a request of
    /// `authClient` or `fetch` from the server is answered with `null` or 401, for everybody who is logged in.
    ///
    /// ```ts bad web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ plugins: [jwt()] })
    /// ```
    /// ```tsx bad web/app/page.tsx
    /// import { auth } from "../lib/auth"
    ///
    /// export default async function Page() {
    ///   const { token } = await auth.api.getToken()
    ///   await fetch(`${process.env.API_URL}/tasks`, { headers: { Authorization: `Bearer ${token}` } })
    ///   return null
    /// }
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.0" } }
    /// ```
    /// ```ts bad web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ plugins: [jwt()] })
    /// ```
    /// ```ts bad web/lib/auth-client.ts
    /// import { createAuthClient } from "better-auth/react"
    /// import { jwtClient } from "better-auth/client/plugins"
    ///
    /// export const authClient = createAuthClient({ baseURL: process.env.NEXT_PUBLIC_APP_URL, plugins: [jwtClient()] })
    /// ```
    /// ```tsx bad web/app/page.tsx
    /// import { authClient } from "../lib/auth-client"
    ///
    /// export default async function Page() {
    ///   const { data } = await authClient.token()
    ///   await fetch(`${process.env.API_URL}/tasks`, { headers: { Authorization: `Bearer ${data?.token}` } })
    ///   return null
    /// }
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.0" } }
    /// ```
    /// ```ts good web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ plugins: [jwt()] })
    /// ```
    /// ```tsx good web/app/page.tsx
    /// import { headers } from "next/headers"
    /// import { auth } from "../lib/auth"
    ///
    /// export default async function Page() {
    ///   const { token } = await auth.api.getToken({ headers: await headers() })
    ///   await fetch(`${process.env.API_URL}/tasks`, { headers: { Authorization: `Bearer ${token}` } })
    ///   return null
    /// }
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.0" } }
    /// ```
    /// ```ts good web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ plugins: [jwt()] })
    /// ```
    /// ```ts good web/lib/auth-client.ts
    /// import { createAuthClient } from "better-auth/react"
    /// import { jwtClient } from "better-auth/client/plugins"
    ///
    /// export const authClient = createAuthClient({ baseURL: process.env.NEXT_PUBLIC_APP_URL, plugins: [jwtClient()] })
    /// ```
    /// ```tsx good web/app/page.tsx
    /// import { headers } from "next/headers"
    /// import { authClient } from "../lib/auth-client"
    ///
    /// export default async function Page() {
    ///   const { data } = await authClient.token({ fetchOptions: { headers: await headers() } })
    ///   await fetch(`${process.env.API_URL}/tasks`, { headers: { Authorization: `Bearer ${data?.token}` } })
    ///   return null
    /// }
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.0" } }
    /// ```
    "session-not-forwarded" { severity: Error, check: check }
}

/// Functions of the server that ask for the session of who calls them, and the same over HTTP.
const OF_A_SESSION: [(&str, &str); 5] = [
    ("getSession", "/get-session"),
    ("getToken", "/token"),
    ("listSessions", "/list-sessions"),
    ("updateUser", "/update-user"),
    ("changePassword", "/change-password"),
];

/// Whether a request is answered for one person only: who is logged in.
pub(super) fn is_of_a_session(request: &AuthRequest) -> bool {
    OF_A_SESSION.iter().any(|(function, path)| {
        let name = match request.by {
            Requester::Server => function,
            Requester::Client | Requester::Http => path,
        };
        request.endpoint == *name
    })
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    subject.webs.iter().flat_map(of_web).collect()
}

fn of_web(web: &Web) -> Vec<Finding> {
    let requests = web.auth_requests.iter().filter(|request| {
        let on_server = request.by == Requester::Server || request.from != Side::Browser;
        on_server
            && request.proof == Proof::None
            && request.reached
            && is_of_a_session(request)
            && !is_aside(&request.place.file)
    });
    requests.map(finding).collect()
}

fn finding(request: &AuthRequest) -> Finding {
    // On which side a module runs is told by what imports it; of the server's own functions the code itself says it.
    let (severity, confidence, name, help) = match request.by {
        Requester::Server => (
            Severity::Error,
            Confidence::High,
            format!("auth.api.{}", request.endpoint),
            "hand on the headers of the request: `{ headers: await headers() }` of `next/headers`, in a route handler `{ headers: request.headers }`",
        ),
        Requester::Client => (
            Severity::Warning,
            Confidence::Medium,
            request.endpoint.clone(),
            "ask the server itself, `auth.api`, with `{ headers: await headers() }`; or hand them on by `fetchOptions: { headers: await headers() }`",
        ),
        Requester::Http => (
            Severity::Warning,
            Confidence::Medium,
            request.endpoint.clone(),
            "hand the cookie of the request on: `headers: { cookie: (await headers()).get(\"cookie\") ?? \"\" }`",
        ),
    };
    Finding::new(
        RULE.id,
        severity,
        request.place.clone(),
        format!("`{name}` is asked on the server, without the cookie of who is logged in"),
    )
    .confidence(confidence)
    .label("asked by nobody")
    .why("the answer is that nobody is logged in, whoever is")
    .help(help)
    .fix(Fix::Suggested)
}
