use betroth_agreement::VerifierKind;
use betroth_report::{Confidence, Finding, Fix, Severity};

use super::{Subject, rule};
use crate::access::is_aside;

/// The last version that does so.
const LAST: [u32; 3] = [1, 7, 7];

rule! {
    /// An ended session still yields a token.
    ///
    /// Better Auth up to 1.7.7 answers `get-session` for a session that has ended with `null`, and with a fresh token of 15 minutes in the header
    /// `set-auth-jwt`: the header is set before the end is looked at. Who holds an old cookie obtains a token with it.
    /// Later versions do not; `disableSettingJwtHeader` ends it in all.
    ///
    /// ```ts bad web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ plugins: [jwt({ jwt: { definePayload: ({ user }) => ({ email: user.email }) } })] })
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
    /// export const auth = betterAuth({ plugins: [jwt({ disableSettingJwtHeader: true, jwt: { definePayload: ({ user }) => ({ email: user.email }) } })] })
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
    "expired-session-mints-token" { severity: Note, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    // A token that no API takes opens nothing.
    let verified = subject.python.verifications.iter().any(|found| {
        found.reached && found.fact.kind == VerifierKind::Jwks && !is_aside(&found.fact.place.file)
    });
    if !verified && !subject.python.apis.is_empty() {
        return Vec::new();
    }
    super::servers(subject)
        .filter_map(|server| {
            let jwt = server.jwt.as_ref().filter(|jwt| jwt.sets_header && server.reached)?;
            let (version, exact) = version(subject, &server.root)?;
            if version > LAST || is_aside(&jwt.place.file) {
                return None;
            }
            let [major, minor, patch] = version;
            Some(
                Finding::new(
                    RULE.id,
                    Severity::Note,
                    jwt.place.clone(),
                    if exact {
                        format!("Better Auth {major}.{minor}.{patch} hands a token to who comes with an ended session")
                    } else {
                        format!("Better Auth from {major}.{minor}.{patch} to 1.7.7 hands a token to who comes with an ended session")
                    },
                )
                .confidence(if exact { Confidence::High } else { Confidence::Low })
                .label("in `set-auth-jwt` of `get-session`")
                .why("an old cookie is good for another 15 minutes, again and again where `deferSessionRefresh` is on")
                .help("update Better Auth beyond 1.7.7, or write `jwt({ disableSettingJwtHeader: true })`")
                .fix(Fix::Suggested),
            )
        })
        .collect()
}

/// The version of Better Auth that a package asks for, and whether it takes that one alone.
fn version(subject: &Subject<'_>, root: &str) -> Option<([u32; 3], bool)> {
    let path = if root.is_empty() {
        "package.json".to_owned()
    } else {
        format!("{root}/package.json")
    };
    let text = subject.tree.text(&path)?;
    let (_, rest) = text.split_once("\"better-auth\"")?;
    let asked = rest.split('"').nth(1)?;
    let digits = asked.trim_start_matches(['^', '~', '>', '=', 'v', ' ']);
    let mut parts = digits.split('.').map(|part| {
        let end = part
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(part.len());
        part[..end].parse().ok()
    });
    let version = [
        parts.next()??,
        parts.next()??,
        parts.next().flatten().unwrap_or(0),
    ];
    Some((version, digits == asked))
}
