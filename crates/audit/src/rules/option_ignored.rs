use betroth_report::{Finding, Place, Severity};

use betroth_source_typescript::WrittenOption;

use super::{Subject, rule};
use crate::access::is_aside;

/// Options of `betterAuth`, as of 1.7 (`packages/core/src/types/init-options.ts`), by the option that holds them.
#[rustfmt::skip]
const OPTIONS: &[(&str, &[&str])] = &[
    ("session", &[
        "modelName", "fields", "additionalFields", "expiresIn", "updateAge", "disableSessionRefresh", "deferSessionRefresh",
        "storeSessionInDatabase", "preserveSessionInDatabase", "cookieCache", "freshAge",
    ]),
    ("session.cookieCache", &["maxAge", "enabled", "strategy", "refreshCache", "version"]),
    ("advanced", &[
        "ipAddress", "useSecureCookies", "disableCSRFCheck", "disableOriginCheck", "crossSubDomainCookies", "cookies",
        "defaultCookieAttributes", "cookiePrefix", "database", "trustedProxyHeaders", "backgroundTasks", "skipTrailingSlashes",
        "generateId",
    ]),
    ("advanced.crossSubDomainCookies", &["enabled", "additionalCookies", "domain"]),
    ("rateLimit", &[
        "enabled", "window", "max", "customRules", "storage", "modelName", "fields", "additionalFields", "customStorage",
    ]),
];

/// Options of the plugin `jwt` (`packages/better-auth/src/plugins/jwt/types.ts`).
#[rustfmt::skip]
const JWT: &[(&str, &[&str])] = &[
    ("", &["jwks", "jwt", "disableSettingJwtHeader", "schema", "adapter", "sessionCookieCache"]),
    ("jwks", &[
        "remoteUrl", "keyPairConfig", "keyPairConfigs", "disablePrivateKeyEncryption", "rotationInterval", "gracePeriod", "jwksPath",
    ]),
    ("jwt", &["issuer", "audience", "expirationTime", "definePayload", "getSubject", "sign"]),
];

rule! {
    /// An option is written that Better Auth does not have.
    ///
    /// Better Auth takes what it knows of its options and drops the rest without a word. `jwt({ algorithm: "HS256" })` signs with `EdDSA` all
    /// the same, and a cookie's name under `session` changes nothing: the two sides then disagree over something that was never in force.
    ///
    /// ```ts bad web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ plugins: [jwt({ algorithm: "HS256" })] })
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
    /// export const auth = betterAuth({ plugins: [jwt({ jwks: { keyPairConfig: { alg: "ES256" } }, jwt: { definePayload: ({ user }) => ({ email: user.email }) } })] })
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
    "option-ignored" { severity: Warning, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    super::servers(subject)
        .flat_map(|server| {
            let jwt = server.jwt.iter().flat_map(|jwt| unknown(&jwt.options, JWT));
            unknown(&server.options, OPTIONS)
                .map(|(name, place)| finding("`betterAuth`", name, place))
                .chain(jwt.map(|(name, place)| finding("the plugin `jwt`", name, place)))
                .collect::<Vec<_>>()
        })
        .filter(|finding| !is_aside(&finding.place.file))
        .collect()
}

/// The options written below one that is listed, and not among those that it has.
fn unknown<'a>(
    written: &'a [WrittenOption],
    known: &'static [(&str, &[&str])],
) -> impl Iterator<Item = (&'a str, &'a Place)> {
    // What is not there is off as it is.
    let written = written.iter().filter(|it| it.switched != Some(false));
    written.filter_map(|WrittenOption { name, place, .. }| {
        let (parent, last) = name.rsplit_once('.').unwrap_or(("", name));
        let (_, options) = known.iter().find(|(option, _)| *option == parent)?;
        (!options.contains(&last)).then_some((name.as_str(), place))
    })
}

fn finding(of: &str, name: &str, place: &Place) -> Finding {
    let help = match name {
        "algorithm" | "alg" | "jwt.algorithm" => {
            "the key decides: `jwt({ jwks: { keyPairConfig: { alg: \"ES256\" } } })`, `EdDSA` by default; a shared secret is no choice here"
        }
        "secret" | "jwt.secret" => {
            "the plugin signs with a key pair of its own; let the API verify with the JWK set at `/api/auth/jwks`"
        }
        "expiresIn" | "jwt.expiresIn" => "write `jwt({ jwt: { expirationTime: \"15m\" } })`",
        "session.cookieName" => "write `advanced: { cookies: { session_token: { name } } }`",
        _ => "leave it out, or look up what it is called in the version that is installed",
    };
    Finding::new(
        RULE.id,
        Severity::Warning,
        place.clone(),
        format!("{of} has no option `{name}`"),
    )
    .label("dropped without a word")
    .why("what it is meant to change stays as it is")
    .help(help)
}
