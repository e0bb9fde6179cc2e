use betroth_report::{Finding, Fix, Severity};
use betroth_source_typescript::{AuthRequest, Proof, Requester, Side, Web};

use super::session_not_forwarded::is_of_a_session;
use super::{Subject, rule};
use crate::access::is_aside;

rule! {
    /// Better Auth is sent a bearer token, and has no plugin that reads one.
    ///
    /// Better Auth knows a person by the session cookie. `Authorization: Bearer` with the token of a session is read by its plugin `bearer` alone;
    /// without it `get-session` answers `null`, everything else 401. A JWT of the plugin `jwt` is never read by Better Auth: it is for other services.
    ///
    /// ```ts bad web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ plugins: [jwt()] })
    /// ```
    /// ```ts bad web/app/api/me/route.ts
    /// import { auth } from "../../../lib/auth"
    ///
    /// export async function GET(request: Request) {
    ///   const session = await auth.api.getSession({ headers: { Authorization: `Bearer ${request.headers.get("x-session")}` } })
    ///   return Response.json(session)
    /// }
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.0" } }
    /// ```
    /// ```ts good web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { bearer } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ plugins: [bearer()] })
    /// ```
    /// ```ts good web/app/api/me/route.ts
    /// import { auth } from "../../../lib/auth"
    ///
    /// export async function GET(request: Request) {
    ///   const session = await auth.api.getSession({ headers: { Authorization: `Bearer ${request.headers.get("x-session")}` } })
    ///   return Response.json(session)
    /// }
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.0" } }
    /// ```
    "bearer-plugin-missing" { severity: Error, check: check }
}

/// Plugins that read `Authorization` themselves.
const READERS: [&str; 5] = ["bearer", "mcp", "oauthProvider", "oidcProvider", "apiKey"];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    subject.webs.iter().flat_map(of_web).collect()
}

fn of_web(web: &Web) -> Vec<Finding> {
    let Some(server) = web.auth.first() else {
        return Vec::new();
    };
    let reads = web.auth.iter().any(|server| {
        let plugins = &mut server.plugins.iter();
        !server.plugins_known || plugins.any(|plugin| READERS.contains(&plugin.name.as_str()))
    });
    // A browser adds its cookie, and is known by that.
    let alone = |request: &&AuthRequest| {
        request.proof == Proof::Bearer
            && (request.by == Requester::Server || request.from != Side::Browser)
            && request.reached
            && is_of_a_session(request)
            && !is_aside(&request.place.file)
    };
    let requests = web.auth_requests.iter().filter(alone);
    let findings = requests.map(|request| {
        Finding::new(
            RULE.id,
            Severity::Error,
            request.place.clone(),
            "Better Auth is asked with `Authorization: Bearer`, and its plugin `bearer` is not there",
        )
        .label("the header is not read")
        .related(server.place.clone(), "set up without `bearer()`")
        .why("the answer is that nobody is logged in, whoever is")
        .help("add `bearer()` of `better-auth/plugins` to the server's `plugins`, or hand on the cookie")
        .fix(Fix::Suggested)
    });
    if reads {
        return Vec::new();
    }
    findings.collect()
}
