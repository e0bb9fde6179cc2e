use betroth_agreement::IssuerKind;
use betroth_report::{Finding, Severity};
use betroth_source_typescript::{Call, Callee, Web};

use super::{Subject, rule};
use crate::access::is_aside;
use crate::tree::is_web;

rule! {
    /// Nothing in the front end looks for the answer 401.
    ///
    /// A session ends, and a token ends before it. A front end that does not know the answer shows an error, or an empty
    /// page, to a person who only has to log in again.
    ///
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.4.0" } }
    /// ```
    /// ```ts bad web/lib/tasks.ts
    /// import { createAuthClient } from "better-auth/react"
    /// import { jwtClient } from "better-auth/client/plugins"
    /// const authClient = createAuthClient({ plugins: [jwtClient()] })
    /// export async function tasks() {
    ///   const { data } = await authClient.token()
    ///   const answer = await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, {
    ///     headers: { Authorization: `Bearer ${data?.token}` },
    ///   })
    ///   return answer.json()
    /// }
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.4.0" } }
    /// ```
    /// ```ts good web/lib/tasks.ts
    /// import { createAuthClient } from "better-auth/react"
    /// import { jwtClient } from "better-auth/client/plugins"
    /// const authClient = createAuthClient({ plugins: [jwtClient()] })
    /// export async function tasks() {
    ///   const { data } = await authClient.token()
    ///   const answer = await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, {
    ///     headers: { Authorization: `Bearer ${data?.token}` },
    ///   })
    ///   if (answer.status === 401) window.location.assign("/login")
    ///   return answer.json()
    /// }
    /// ```
    "unauthorized-unhandled" { severity: Note, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    subject
        .webs
        .iter()
        .filter_map(|web| finding(subject, web))
        .collect()
}

fn finding(subject: &Subject<'_>, web: &Web) -> Option<Finding> {
    let carries = |call: &&Call| {
        call.callee == Callee::Api
            && call.origin.issuer != IssuerKind::None
            && !is_aside(&call.place.file)
    };
    let all = || web.calls.iter().filter(carries);
    let mut carrying: Vec<&Call> = all().filter(|call| call.reached).collect();
    if carrying.is_empty() {
        carrying = all().collect();
    }
    let looking: Vec<&str> = subject
        .tree
        .files
        .iter()
        .filter(|(path, _)| path.starts_with(&web.root) && is_web(path) && !is_aside(path))
        .filter(|(_, text)| looks_at_401(text))
        .map(|(path, _)| path.as_str())
        .collect();
    // A file that sends no call itself looks at the answers of all: the cache of a query library, an error boundary.
    let sends = |file: &str| carrying.iter().any(|call| call.wrapper.file == file);
    if looking.iter().any(|file| !sends(file)) {
        return None;
    }
    let all = carrying.len();
    carrying.retain(|call| {
        !looking.contains(&call.wrapper.file.as_str())
            && !looking.contains(&call.place.file.as_str())
    });
    // A few calls beside many that are looked after are an oversight, and no habit.
    let first = carrying.first().filter(|_| carrying.len() * 2 > all)?;
    let count = match carrying.len() {
        1 => "1 call carries".to_owned(),
        many => format!("{many} calls carry"),
    };
    Some(
        Finding::new(
            RULE.id,
            Severity::Note,
            first.wrapper.clone(),
            format!("{count} a credential to the API, and nothing looks for the answer 401"),
        )
        .label("an ended session is answered here like any other failure")
        .why("a person whose session has ended sees an error in place of the login")
        .help("where `status === 401`, ask once for a new token, and lead to the login if that is refused too"),
    )
}

/// Whether a source compares something with the answer 401, or with its words: `status === 401`, `case 401`,
/// `message.includes("Unauthorized")`.
fn looks_at_401(text: &str) -> bool {
    let number = text.match_indices("401").any(|(at, found)| {
        let before = text[..at].trim_end().trim_end_matches(['"', '\'']);
        let after = text[at + found.len()..].trim_start();
        before.ends_with("==")
            || before.ends_with(['(', '[', ','])
            || before.ends_with("case")
            || after.starts_with("==")
    });
    number
        || text.match_indices("nauthorized").any(|(at, _)| {
            let before = text[..at].trim_end_matches(['u', 'U']);
            let quoted = before.trim_end_matches(['"', '\'']);
            before.ends_with('/')
                || quoted.len() < before.len()
                    && (quoted.ends_with("includes(") || quoted.trim_end().ends_with("=="))
        })
}
