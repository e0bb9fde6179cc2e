use betroth_report::{Finding, Fix, Severity};

use super::{Subject, rule};
use crate::access::is_aside;

rule! {
    /// Every token carries the whole row of the user.
    ///
    /// Without `definePayload` Better Auth's `jwt` plugin writes all that it keeps of a user into each token: e-mail address, name, picture,
    /// role, and every field that is added later. A token is no secret from its bearer, and it passes through logs and other services.
    ///
    /// ```ts bad web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ plugins: [jwt()] })
    /// ```
    /// ```ts bad web/app/api/auth/route.ts
    /// import { toNextJsHandler } from "better-auth/next-js"
    /// import { auth } from "../../../lib/auth"
    ///
    /// export const { GET, POST } = toNextJsHandler(auth)
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.4.0" } }
    /// ```
    /// ```ts good web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ plugins: [jwt({ jwt: { definePayload: ({ user }) => ({ email: user.email }) } })] })
    /// ```
    /// ```ts good web/app/api/auth/route.ts
    /// import { toNextJsHandler } from "better-auth/next-js"
    /// import { auth } from "../../../lib/auth"
    ///
    /// export const { GET, POST } = toNextJsHandler(auth)
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.4.0" } }
    /// ```
    "payload-too-wide" { severity: Note, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    super::servers(subject)
        .filter(|server| server.reached)
        .filter_map(|server| server.jwt.as_ref())
        .filter(|jwt| jwt.payload.is_none() && !is_aside(&jwt.place.file))
        .map(|jwt| {
            Finding::new(
                RULE.id,
                Severity::Note,
                jwt.place.clone(),
                "every token carries the whole row of the user",
            )
            .label("no `definePayload`")
            .why("each field that is added to the user later is handed to every service that sees a token")
            .help("name what the API reads: `jwt({ jwt: { definePayload: ({ user }) => ({ email: user.email }) } })`; `sub` is set in any case")
            .fix(Fix::Suggested)
        })
        .collect()
}
