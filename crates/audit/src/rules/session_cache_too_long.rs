use betroth_report::{Finding, Fix, Severity};

use super::{Subject, rule};
use crate::access::is_aside;

rule! {
    /// A session is believed for hours without a look into the database.
    ///
    /// With `cookieCache` Better Auth keeps session and user in a signed cookie, and answers from it until `maxAge` is over, which is in seconds, 300 by
    /// default. Signing out removes the cookie in that browser. A session that is revoked elsewhere, a ban, a changed role or a deleted account is
    /// noticed only when the cookie has run out.
    ///
    /// ```ts bad web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ session: { cookieCache: { enabled: true, maxAge: 5 * 60 * 1000 } }, plugins: [jwt({ jwt: { definePayload: ({ user }) => ({ email: user.email }) } })] })
    /// ```
    /// ```ts bad web/app/api/auth/route.ts
    /// import { toNextJsHandler } from "better-auth/next-js"
    /// import { auth } from "../../../lib/auth"
    ///
    /// export const { GET, POST } = toNextJsHandler(auth)
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.7" } }
    /// ```
    /// ```ts good web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ session: { cookieCache: { enabled: true, maxAge: 5 * 60 } }, plugins: [jwt({ jwt: { definePayload: ({ user }) => ({ email: user.email }) } })] })
    /// ```
    /// ```ts good web/app/api/auth/route.ts
    /// import { toNextJsHandler } from "better-auth/next-js"
    /// import { auth } from "../../../lib/auth"
    ///
    /// export const { GET, POST } = toNextJsHandler(auth)
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.7" } }
    /// ```
    "session-cache-too-long" { severity: Note, check: check }
}

/// Longer than any cache is meant to hold, in seconds.
const LONG: u64 = 60 * 60;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    super::servers(subject)
        .filter(|server| server.reached && server.cookie_cache.is_some())
        .filter_map(|server| server.cookie_cache_age.as_ref())
        .filter(|(age, place)| *age > LONG && !is_aside(&place.file))
        .map(|(age, place)| {
            Finding::new(
                RULE.id,
                Severity::Note,
                place.clone(),
                format!("a session is believed for {} without a look into the database", span(*age)),
            )
            .label("in seconds")
            .why("a session that is revoked elsewhere, a ban and a changed role are not noticed until then")
            .help("a few minutes do: `maxAge: 5 * 60`; where it must hold at once, ask with `disableCookieCache: true`")
            .fix(Fix::Suggested)
        })
        .collect()
}

fn span(seconds: u64) -> String {
    match seconds / 3600 {
        1 => "an hour".to_owned(),
        hours @ 2..=48 => format!("{hours} hours"),
        hours => format!("{} days", hours / 24),
    }
}
