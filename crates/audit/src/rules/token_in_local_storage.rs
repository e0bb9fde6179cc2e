use std::collections::BTreeMap;

use betroth_report::{Finding, Severity};
use betroth_source_typescript::{StorageArea, StoredEntry};

use super::{Subject, rule};

rule! {
    /// A token is kept in the browser's storage.
    ///
    /// Every script of the page can read it there: a dependency, an analytics tag, one injected line. What it reads works
    /// elsewhere, and for as long as the token lives; a cookie that is `httpOnly` cannot be read, and a token that is held
    /// in memory for minutes is gone with the page (RFC 10017 section 8).
    ///
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.4.0" } }
    /// ```
    /// ```ts bad web/lib/token.ts
    /// export async function signIn(email: string, password: string) {
    ///   const answer = await fetch(`${process.env.NEXT_PUBLIC_API_URL}/login`, {
    ///     method: "POST",
    ///     body: JSON.stringify({ email, password }),
    ///   })
    ///   const data = await answer.json()
    ///   localStorage.setItem("access_token", data.access_token)
    /// }
    /// ```
    /// ```tsx bad web/app/page.tsx
    /// import { signIn } from "../lib/token"
    ///
    /// export default function Page() {
    ///   return <button onClick={() => signIn("ada@example.com", "…")}>go</button>
    /// }
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.4.0" } }
    /// ```
    /// ```ts good web/lib/token.ts
    /// import { createAuthClient } from "better-auth/react"
    /// import { jwtClient } from "better-auth/client/plugins"
    /// const authClient = createAuthClient({ plugins: [jwtClient()] })
    /// let token: string | undefined
    /// export async function currentToken() {
    ///   token ??= (await authClient.token()).data?.token
    ///   localStorage.setItem("theme", "dark")
    ///   return token
    /// }
    /// ```
    "token-in-local-storage" { severity: Warning, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    // One entry of the storage is one cause, however many places write it.
    let mut entries: BTreeMap<(&str, Option<&str>), Vec<&StoredEntry>> = BTreeMap::new();
    for web in subject.webs {
        for entry in &web.stored {
            entries
                .entry((&web.root, entry.key.as_deref()))
                .or_default()
                .push(entry);
        }
    }
    entries
        .into_iter()
        .filter_map(|((_, key), writes)| finding(key, &writes))
        .collect()
}

fn finding(key: Option<&str>, writes: &[&StoredEntry]) -> Option<Finding> {
    let first = writes
        .iter()
        .find(|write| write.reached)
        .or(writes.first())?;
    let severity = match (first.reached, first.area) {
        (true, StorageArea::Local) => Severity::Warning,
        _ => Severity::Note,
    };
    let area = match first.area {
        StorageArea::Local => "localStorage",
        StorageArea::Session => "sessionStorage",
    };
    let message = match key {
        Some(key) => format!("a token is kept in `{area}` as `{key}`"),
        None => format!("a token is kept in `{area}`"),
    };
    let finding = Finding::new(RULE.id, severity, first.place.clone(), message)
        .label(if first.reached {
            "any script of the page can read it"
        } else {
            "nothing runs this as it stands"
        })
        .why("one injected script takes it along, and it works elsewhere for as long as it lives")
        .help("hold a short-lived token in memory, and ask for a new one with the session's `httpOnly` cookie");
    let others = writes.iter().map(|write| &write.place);
    Some(finding.also(others.filter(|place| **place != first.place), "and here"))
}
