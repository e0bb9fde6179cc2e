use betroth_report::{Finding, Fix, Severity};

use super::{Subject, rule};
use crate::access::is_aside;

rule! {
    /// Better Auth's own limit on attempts is switched off.
    ///
    /// Better Auth counts attempts per address in production: three sign-ins in ten seconds. With `rateLimit: { enabled: false }` passwords can be
    /// tried as fast as the server answers.
    ///
    /// ```ts bad web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ rateLimit: { enabled: false }, plugins: [jwt({ jwt: { definePayload: ({ user }) => ({ email: user.email }) } })] })
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
    /// export const auth = betterAuth({ rateLimit: { enabled: true }, plugins: [jwt({ jwt: { definePayload: ({ user }) => ({ email: user.email }) } })] })
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
    "rate-limit-off" { severity: Warning, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    super::servers(subject)
        .filter(|server| server.reached)
        .filter_map(|server| server.rate_limit_off.clone())
        .filter(|place| !is_aside(&place.file))
        .map(|place| {
            Finding::new(RULE.id, Severity::Warning, place, "sign-ins are not limited")
                .label("switched off")
                .why("passwords can be tried as fast as the server answers")
                .help("leave `rateLimit` out: it is on in production; with several processes keep its counts in `storage: \"database\"`")
                .fix(Fix::Suggested)
        })
        .collect()
}
