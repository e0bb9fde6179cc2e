use betroth_report::{Finding, Severity};

use super::{Subject, rule};
use crate::access::is_aside;

rule! {
    /// The key that signs tokens is drawn when the process starts, and kept nowhere.
    ///
    /// After every restart, and in every further process, tokens are signed with another key. The API still holds the old one:
    /// it refuses people who are logged in until it fetches the set again, and with two processes it refuses every other request.
    ///
    /// ```ts bad web/app/api/token/route.ts
    /// import { SignJWT, generateKeyPair } from "jose"
    ///
    /// const keys = generateKeyPair("ES256")
    ///
    /// export async function POST() {
    ///   const { privateKey } = await keys
    ///   const token = await new SignJWT({ sub: "1" }).setProtectedHeader({ alg: "ES256" }).setExpirationTime("5m").sign(privateKey)
    ///   return Response.json({ token })
    /// }
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0" } }
    /// ```
    /// ```ts good web/app/api/token/route.ts
    /// import { SignJWT, importPKCS8 } from "jose"
    ///
    /// const key = importPKCS8(process.env.SIGNING_KEY!, "ES256")
    ///
    /// export async function POST() {
    ///   const token = await new SignJWT({ sub: "1" }).setProtectedHeader({ alg: "ES256" }).setExpirationTime("5m").sign(await key)
    ///   return Response.json({ token })
    /// }
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0" } }
    /// ```
    "ephemeral-signing-key" { severity: Warning, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut keys: Vec<_> = subject
        .webs
        .iter()
        .flat_map(|web| &web.ephemeral_keys)
        .filter(|key| !is_aside(&key.place.file))
        .collect();
    keys.sort_by_key(|key| &key.place);
    keys.dedup_by_key(|key| &key.place);
    keys.into_iter()
        .map(|key| {
            let severity = if key.reached {
                Severity::Warning
            } else {
                Severity::Note
            };
            Finding::new(
                RULE.id,
                severity,
                key.place.clone(),
                "the key that signs tokens lives as long as the process",
            )
            .label("drawn anew at every start")
            .related(key.signs.clone(), "signs with it")
            .why("after a restart, and with a second process, the API refuses the tokens of people who are logged in")
            .help("keep the key: Better Auth's `jwt` plugin keeps it in the database, or read it from the environment with `importPKCS8`")
        })
        .collect()
}
