use betroth_report::{Confidence, Finding, Fix, Severity};
use betroth_source_typescript::{AuthRequest, BetterAuthConfig, Requester, Web};

use super::{Subject, rule};
use crate::access::is_aside;

rule! {
    /// A token is asked for where Better Auth serves none.
    ///
    /// Better Auth answers `GET /token` only where the server has the plugin `jwt`; the client makes a request of whatever name it is given,
    /// `authClient.getToken()` as well, and learns from the answer 404 that there is no such endpoint. `data` is then `null`, the call goes out with
    /// `Bearer undefined`, and the API answers 401 to somebody who is logged in.
    ///
    /// ```ts bad web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { bearer } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ plugins: [bearer()] })
    /// ```
    /// ```ts bad web/lib/auth-client.ts
    /// import { createAuthClient } from "better-auth/react"
    /// import { jwtClient } from "better-auth/client/plugins"
    ///
    /// export const authClient = createAuthClient({ plugins: [jwtClient()] })
    /// ```
    /// ```tsx bad web/app/page.tsx
    /// "use client"
    ///
    /// import { authClient } from "../lib/auth-client"
    ///
    /// async function load() {
    ///   const { data } = await authClient.token()
    ///   return fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: `Bearer ${data?.token}` } })
    /// }
    ///
    /// export default function Page() {
    ///   return <button onClick={load}>load</button>
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
    /// export const authClient = createAuthClient({ plugins: [jwtClient()] })
    /// ```
    /// ```tsx bad web/app/page.tsx
    /// "use client"
    ///
    /// import { authClient } from "../lib/auth-client"
    ///
    /// async function load() {
    ///   const { data } = await authClient.getToken()
    ///   return fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: `Bearer ${data?.token}` } })
    /// }
    ///
    /// export default function Page() {
    ///   return <button onClick={load}>load</button>
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
    /// ```ts good web/lib/auth-client.ts
    /// import { createAuthClient } from "better-auth/react"
    /// import { jwtClient } from "better-auth/client/plugins"
    ///
    /// export const authClient = createAuthClient({ plugins: [jwtClient()] })
    /// ```
    /// ```tsx good web/app/page.tsx
    /// "use client"
    ///
    /// import { authClient } from "../lib/auth-client"
    ///
    /// async function load() {
    ///   const { data } = await authClient.token()
    ///   return fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: `Bearer ${data?.token}` } })
    /// }
    ///
    /// export default function Page() {
    ///   return <button onClick={load}>load</button>
    /// }
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.0" } }
    /// ```
    "token-not-served" { severity: Error, check: check }
}

/// Endpoints that Better Auth has of itself, and the first parts of the paths of its plugins (1.7; those of older versions among them).
#[rustfmt::skip]
const SERVED: &[&str] = &[
    "account-info", "admin", "anonymous", "api-key", "callback", "captcha", "change-email", "change-password", "customer", "delete-anonymous-user",
    "delete-user", "device", "dodopayments", "email-otp", "error", "expo-authorization-proxy", "forget-password", "get-access-token", "get-session",
    "is-username-available", "jwks", "link-social", "list-accounts", "list-sessions", "magic-link", "mcp", "multi-session", "oauth-popup",
    "oauth-proxy-callback", "oauth2", "ok", "one-tap", "one-time-token", "open-api", "organization", "passkey", "phone-number", "polar", "reference",
    "refresh-token", "request-password-reset", "reset-password", "revoke-other-sessions", "revoke-session", "revoke-sessions", "scim",
    "send-verification-email", "set-password", "sign-in", "sign-out", "sign-up", "siwe", "sso", "stripe", "subscription", "two-factor",
    "unlink-account", "update-session", "update-user", "verify-email", "verify-password", ".well-known",
];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let webs = subject.webs.iter();
    webs.flat_map(|web| {
        let requests = web.auth_requests.iter();
        requests.filter_map(|request| finding(web, request))
    })
    .collect()
}

/// Why nothing answers a request, and what to do.
struct Missing {
    message: String,
    help: &'static str,
}

fn finding(web: &Web, request: &AuthRequest) -> Option<Finding> {
    let server = web.auth.first()?;
    let known = web.auth.iter().all(|server| {
        let elsewhere = server
            .base_path
            .as_ref()
            .is_some_and(|path| path.value != "/api/auth");
        server.plugins_known && !elsewhere
    });
    if !known || !request.reached || is_aside(&request.place.file) {
        return None;
    }
    let carries = |call: &&betroth_source_typescript::Call| {
        call.origin.place.as_ref() == Some(&request.place)
    };
    let carried = web.calls.iter().find(carries);
    let missing = missing(&web.auth, request, carried.is_some())?;
    // Where the call has another token to fall back on, it is not refused for certain.
    let alone = carried.is_some_and(|call| call.origin.alone);
    let severity = if alone {
        Severity::Error
    } else {
        Severity::Warning
    };
    let mut finding = Finding::new(RULE.id, severity, request.place.clone(), missing.message)
        .confidence(Confidence::High)
        .label("answered with 404")
        .related(server.place.clone(), "Better Auth is set up here")
        .why("there is never a token from here: the API gets `Bearer undefined`, or no header at all, and answers 401 to somebody who is logged in")
        .help(missing.help)
        .fix(Fix::Suggested);
    if let Some(call) = carried {
        finding = finding.related(call.wrapper.clone(), "would carry the token");
    }
    Some(finding)
}

fn missing(servers: &[BetterAuthConfig], request: &AuthRequest, carried: bool) -> Option<Missing> {
    let with_jwt = servers.iter().any(|server| server.jwt.is_some());
    let of_jwt = match request.by {
        Requester::Server => request.endpoint == "getToken",
        Requester::Client | Requester::Http => request.endpoint == "/token",
    };
    if of_jwt && !with_jwt {
        return Some(Missing {
            message: "Better Auth gives a token only with its plugin `jwt`, and the server does not have it".to_owned(),
            help: "add `jwt()` of `better-auth/plugins` to the server's `plugins`, and migrate the database: it keeps its keys in the table `jwks`",
        });
    }
    if request.by == Requester::Server {
        return None;
    }
    if of_jwt
        && request
            .method
            .as_deref()
            .is_some_and(|method| method != "GET")
    {
        return Some(Missing {
            message: format!(
                "Better Auth answers `GET /token`, and this asks by `{}`",
                request.method.as_deref().unwrap_or_default()
            ),
            help: "ask by `GET`, as `authClient.token()` does",
        });
    }
    let first = request.endpoint.trim_matches('/').split('/').next()?;
    (carried && !of_jwt && !SERVED.contains(&first)).then(|| Missing {
        message: format!("Better Auth has no endpoint `{}`", request.endpoint),
        help: "a token of Better Auth is `GET /api/auth/token`, in the client `authClient.token()`, with the server's plugin `jwt`",
    })
}
