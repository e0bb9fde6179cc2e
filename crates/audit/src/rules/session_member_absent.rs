use betroth_report::{Finding, Fix, Severity};
use betroth_source_typescript::{Absent, Web};

use super::{Subject, rule};
use crate::access::is_aside;

rule! {
    /// A member of the session is sent as a token, and the session has no such member.
    ///
    /// `useSession()` and `getSession()` of Better Auth's client give `{ data, error }`, `data` is `{ session, user }`, and the token of the session is
    /// `data.session.token`; `auth.api.getSession()` gives `{ session, user }` itself. There is no `accessToken`, and no `token` beside `session`: what
    /// other libraries call so is `undefined` here, the API gets `Bearer undefined` and answers 401 to somebody who is logged in. A JWT is no part of
    /// the session: `authClient.token()` gives it, with the plugin `jwt`.
    ///
    /// ```ts bad web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { bearer } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ plugins: [bearer()] })
    /// ```
    /// ```ts bad web/lib/auth-client.ts
    /// import { createAuthClient } from "better-auth/react"
    ///
    /// export const authClient = createAuthClient()
    /// ```
    /// ```tsx bad web/app/page.tsx
    /// "use client"
    ///
    /// import { authClient } from "../lib/auth-client"
    ///
    /// export default function Page() {
    ///   const { data: session } = authClient.useSession()
    ///   const load = () => fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: `Bearer ${session?.accessToken}` } })
    ///   return <button onClick={load}>load</button>
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
    /// ```ts good web/lib/auth-client.ts
    /// import { createAuthClient } from "better-auth/react"
    ///
    /// export const authClient = createAuthClient()
    /// ```
    /// ```tsx good web/app/page.tsx
    /// "use client"
    ///
    /// import { authClient } from "../lib/auth-client"
    ///
    /// export default function Page() {
    ///   const { data: session } = authClient.useSession()
    ///   const load = () => fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: `Bearer ${session?.session.token}` } })
    ///   return <button onClick={load}>load</button>
    /// }
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.0" } }
    /// ```
    "session-member-absent" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    subject.webs.iter().flat_map(of_web).collect()
}

/// One finding for each request that sends such a member, however many calls go through it.
fn of_web(web: &Web) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let calls = web.calls.iter();
    for call in calls.filter(|call| call.reached && !is_aside(&call.place.file)) {
        let (Some(Absent::Member(member)), Some(session)) =
            (&call.origin.absent, &call.origin.place)
        else {
            continue;
        };
        if findings.iter().any(|known| known.place == call.wrapper) {
            continue;
        }
        findings.push(
            Finding::new(
                RULE.id,
                Severity::Error,
                call.wrapper.clone(),
                format!("`{member}` of Better Auth's session is sent as a token, and there is no such member"),
            )
            .label("sends `Bearer undefined`, or nothing")
            .related(session.clone(), "the session comes from here")
            .why("the API answers 401 to somebody who is logged in")
            .help("a JWT is given by `authClient.token()`, as `data.token`; the session's own token is `data.session.token`, in `auth.api` `session.token`")
            .fix(Fix::Suggested),
        );
    }
    findings
}
