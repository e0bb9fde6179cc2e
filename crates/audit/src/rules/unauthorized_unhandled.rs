use betroth_agreement::IssuerKind;
use betroth_report::{Finding, Place, Severity};
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

fn finding<'a>(subject: &Subject<'a>, web: &'a Web) -> Option<Finding> {
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
    let looking: Vec<&str> = looking(subject, web).collect();
    // A file that sends no call itself looks at the answers of all: the cache of a query library, an error boundary.
    let sends = |file: &str| carrying.iter().any(|call| call.wrapper.file == file);
    if looking.iter().any(|file| !sends(file)) {
        return None;
    }
    let all = carrying.len();
    // What a file takes from one that looks at the answer is looked at there.
    let stems: Vec<&str> = looking.iter().map(|file| stem(file)).collect();
    let looked_at = |file: &str| {
        looking.contains(&file)
            || subject.tree.text(file).is_some_and(|text| {
                let imports = |stem: &&str| {
                    ['"', '\'']
                        .iter()
                        .any(|quote| text.contains(&format!("/{stem}{quote}")))
                };
                stems.iter().any(imports) || hands_on(text)
            })
    };
    carrying.retain(|call| !looked_at(&call.wrapper.file) && !looked_at(&call.place.file));
    // A few calls beside many that are looked after are an oversight, and no habit.
    let first = carrying.first().filter(|_| carrying.len() * 2 > all)?;
    let count = match carrying.len() {
        1 => "1 call carries".to_owned(),
        many => format!("{many} calls carry"),
    };
    let failure = failed_at(subject, &first.wrapper);
    let finding = Finding::new(
        RULE.id,
        Severity::Note,
        failure.clone().unwrap_or_else(|| first.wrapper.clone()),
        format!("{count} a credential to the API, and nothing looks for the answer 401"),
    )
    .label("an ended session is answered here like any other failure")
    .why("a person whose session has ended sees an error in place of the login")
    .help("where `status === 401`, ask once for a new token, and lead to the login if that is refused too");
    Some(match failure {
        Some(_) => finding.related(first.wrapper.clone(), "called here"),
        None => finding,
    })
}

/// How many lines behind a call its answer is looked at, at most.
const BEHIND: usize = 30;

/// Where the answer to a call is first asked whether it failed.
fn failed_at(subject: &Subject<'_>, call: &Place) -> Option<Place> {
    let text = subject.tree.text(&call.file)?;
    let lines = text.lines().skip(usize::try_from(call.line).ok()?);
    let mut lines = (call.line + 1..).zip(lines.take(BEHIND));
    lines.find_map(|(number, line)| {
        let at = line.find("if (!")?;
        let column = u32::try_from(line[..at].chars().count()).ok()? + 1;
        line[at..]
            .contains(".ok)")
            .then(|| Place::new(call.file.clone(), number, column))
    })
}

/// Whether any source of a front end looks at the answer 401.
pub(super) fn is_looked_at<'a>(subject: &Subject<'a>, web: &'a Web) -> bool {
    looking(subject, web).next().is_some()
}

/// The sources of a front end that look at the answer 401.
fn looking<'a>(subject: &Subject<'a>, web: &'a Web) -> impl Iterator<Item = &'a str> {
    subject
        .tree
        .files
        .iter()
        .filter(|(path, _)| path.starts_with(&web.root) && is_web(path) && !is_aside(path))
        .filter(|(_, text)| looks_at_401(text) || gives_up(text))
        .map(|(path, _)| path.as_str())
}

/// The name of a file by which others import it.
fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.split('.').next().unwrap_or(name)
}

/// Whether a source answers with the status that it was answered with: then its caller looks at it.
fn hands_on(text: &str) -> bool {
    [
        "status: response.status",
        "status: res.status",
        "status: upstream.status",
    ]
    .iter()
    .any(|word| text.contains(word))
}

/// Whether any failed answer ends the session: `if (!response.ok) { localStorage.removeItem(…) }`.
fn gives_up(text: &str) -> bool {
    text.match_indices(".ok)").any(|(at, _)| {
        let end = text.len().min(at + 240);
        let after = (at..=end).rev().find_map(|end| text.get(at..end));
        after.is_some_and(|after| {
            [
                "removeItem(",
                "signOut(",
                "logout(",
                "clearToken(",
                "clearAuth(",
            ]
            .iter()
            .any(|word| after.contains(word))
        })
    })
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
