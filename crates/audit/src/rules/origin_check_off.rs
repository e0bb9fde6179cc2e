use betroth_report::{Finding, Fix, Severity};

use super::{Subject, rule};
use crate::access::is_aside;

rule! {
    /// Better Auth no longer asks from which page a call comes.
    ///
    /// A call that carries cookies must name an origin that Better Auth trusts: so no other website can act in the name of a person who is logged in.
    /// `disableCSRFCheck` takes that away; `disableOriginCheck` takes it away too, and with it the look at `callbackURL` and `redirectTo`, so that a
    /// link to the login can send people anywhere. What they are set for, most often, is an origin that `trustedOrigins` does not name.
    ///
    /// ```ts bad web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ advanced: { disableCSRFCheck: true }, plugins: [jwt({ jwt: { definePayload: ({ user }) => ({ email: user.email }) } })] })
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
    /// export const auth = betterAuth({ trustedOrigins: ["https://app.example.com"], plugins: [jwt({ jwt: { definePayload: ({ user }) => ({ email: user.email }) } })] })
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
    "origin-check-off" { severity: Warning, check: check }
}

/// The options, each with what is not looked at any more (Better Auth 1.7, `api/middlewares/origin-check`).
const OPTIONS: [(&str, &str); 2] = [
    (
        "advanced.disableOriginCheck",
        "any website may call the auth service in the name of its visitors, and a link to the login may lead people anywhere",
    ),
    (
        "advanced.disableCSRFCheck",
        "any website may call the auth service in the name of its visitors, wherever the browser sends their cookies",
    ),
];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let servers = super::servers(subject).filter(|server| server.reached);
    let options = servers.flat_map(|server| &server.options);
    options
        .filter(|option| option.switched == Some(true) && !is_aside(&option.place.file))
        .filter_map(|option| {
            let (name, why) = OPTIONS.iter().find(|(name, _)| *name == option.name)?;
            let finding = Finding::new(
                RULE.id,
                Severity::Warning,
                option.place.clone(),
                format!("`{name}` lets calls from every page pass"),
            )
            .label("a check is switched off")
            .why(*why)
            .help("leave it out, and name the front end's origin: `trustedOrigins: [\"https://app.example.com\"]`")
            .fix(Fix::Suggested);
            Some(finding)
        })
        .collect()
}
