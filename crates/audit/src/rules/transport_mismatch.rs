use std::collections::BTreeMap;

use betroth_agreement::CredentialKind;
use betroth_contract::{Contract, Transport};
use betroth_report::{Finding, Place, Severity};
use betroth_source_typescript::{Call, Callee};

use super::{Subject, rule};
use crate::access::{is_aside, root_of};
use crate::agreed::written_at;

rule! {
    /// A page sends a token, and the contract has no page hold one.
    ///
    /// With `web.transport = "proxy"` or `"gateway"` pages call their own server with the session's cookie, and the token is put on
    /// behind it. A page that asks for a token all the same shows it to every script beside it, and calls the API from an origin
    /// that it need not allow any more.
    ///
    /// ```toml bad betroth.toml
    /// [web]
    /// root = "web"
    /// transport = "proxy"
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.4.0" } }
    /// ```
    /// ```tsx bad web/app/page.tsx
    /// "use client"
    /// import { createAuthClient } from "better-auth/react"
    /// import { jwtClient } from "better-auth/client/plugins"
    ///
    /// const authClient = createAuthClient({ plugins: [jwtClient()] })
    ///
    /// export default function Page() {
    ///   const load = async () => {
    ///     const token = (await authClient.token()).data?.token
    ///     await fetch(`${process.env.NEXT_PUBLIC_API_URL}/notes`, { headers: { Authorization: `Bearer ${token}` } })
    ///   }
    ///   return <button onClick={load}>load</button>
    /// }
    /// ```
    /// ```toml good betroth.toml
    /// [web]
    /// root = "web"
    /// transport = "proxy"
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.4.0", "betroth": "0.1.0" } }
    /// ```
    /// ```ts good web/app/api/backend/[...path]/route.ts
    /// import { passOn } from "betroth/next"
    /// import { auth } from "../../../../lib/auth"
    ///
    /// export const { GET } = passOn({
    ///   url: process.env.API_URL!,
    ///   under: "/api/backend",
    ///   token: async (headers) => (await auth.api.getToken({ headers })).token,
    /// })
    /// ```
    /// ```ts good web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ plugins: [jwt()] })
    /// ```
    /// ```tsx good web/app/page.tsx
    /// "use client"
    /// import { createClient } from "betroth"
    ///
    /// const client = createClient({ url: "/api/backend", token: false })
    ///
    /// export default function Page() {
    ///   return <button onClick={() => client.makeAuthenticatedRequest("/notes")}>load</button>
    /// }
    /// ```
    "transport-mismatch" { severity: Warning, check: check }
}

/// The file of a contract; a lock holds what only the API asks.
const CONTRACT_FILE: &str = "betroth.toml";

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let contracts = subject.tree.contracts.iter();
    let contracts = contracts.filter(|(path, _)| path.rsplit('/').next() == Some(CONTRACT_FILE));
    contracts
        .flat_map(|(path, text)| {
            let contract = Contract::parse(text, path).ok();
            contract.map_or_else(Vec::new, |contract| of_contract(subject, path, &contract))
        })
        .collect()
}

/// The calls of a contract's front end that carry a token from the page: one finding for each wrapper.
fn of_contract(subject: &Subject<'_>, path: &str, contract: &Contract) -> Vec<Finding> {
    let Some(said) = contract.web.as_ref() else {
        return Vec::new();
    };
    let by = match *said.transport {
        Transport::Token => return Vec::new(),
        Transport::Proxy => "a route handler of the front end",
        Transport::Gateway => "the gateway",
    };
    let agreed = written_at(path, said.transport.span());
    let root = beside(path, said.root.as_str());
    let webs = subject.webs.iter().filter(|web| root_of(web) == root);
    let mut wrappers: BTreeMap<&Place, Vec<&Call>> = BTreeMap::new();
    for call in webs.flat_map(|web| &web.calls).filter(|call| shows(call)) {
        wrappers.entry(&call.wrapper).or_default().push(call);
    }
    let findings = wrappers.into_iter().map(|(wrapper, calls)| {
        let finding = Finding::new(
            RULE.id,
            Severity::Warning,
            wrapper.clone(),
            format!(
                "this page sends a token, and the contract has {by} put it on (`web.transport = \"{}\"`)",
                said.transport.as_str()
            ),
        )
        .label(match calls.len() {
            1 => "sent from the page".to_owned(),
            many => format!("{many} calls are sent from the page"),
        })
        .related(agreed.clone(), "agreed here")
        .why("every script of the page can take the token along, which is what the contract keeps from it")
        .help("call by the client that `betroth apply` writes; or write `transport = \"token\"`, if pages may hold tokens");
        finding.also(
            calls
                .iter()
                .map(|call| &call.place)
                .filter(|place| *place != wrapper),
            "called here",
        )
    });
    findings.collect()
}

/// Whether a call goes from a page to the API with a token.
fn shows(call: &Call) -> bool {
    let token = matches!(
        call.credential,
        CredentialKind::BearerJwt
            | CredentialKind::BearerSessionToken
            | CredentialKind::BearerSignedCookie
    );
    token
        && call.callee == Callee::Api
        && call.browser
        && call.reached
        && !is_aside(&call.place.file)
}

/// A folder that a contract names, relative to the folder looked at; `.` for that one.
fn beside(contract: &str, folder: &str) -> String {
    let above = contract.rsplit_once('/').map_or("", |(above, _)| above);
    match (above, folder) {
        ("", folder) => folder.to_owned(),
        (above, ".") => above.to_owned(),
        (above, folder) => format!("{above}/{folder}"),
    }
}
