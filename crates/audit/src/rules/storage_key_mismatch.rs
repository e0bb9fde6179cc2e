use std::collections::BTreeMap;

use betroth_report::{Finding, Severity};
use betroth_source_typescript::{RetrievedEntry, StorageArea, StoredEntry, Web};

use super::{Subject, rule};
use crate::access::is_aside;

rule! {
    /// The front end reads or removes a token under one name and keeps it under another.
    ///
    /// An entry of the browser's storage that nothing writes is always empty. The call goes out with `Bearer null`, or without a
    /// header, and the API answers 401 to somebody who is logged in. Where signing out removes another entry than the one that holds
    /// the token, the token stays, and whoever comes next to the browser is logged in.
    ///
    /// ```ts bad web/app/login.ts
    /// export async function login(email: string, password: string) {
    ///   const response = await fetch(`${process.env.NEXT_PUBLIC_API_URL}/login`, { method: "POST", body: JSON.stringify({ email, password }) })
    ///   const { access_token } = await response.json()
    ///   localStorage.setItem("access_token", access_token)
    /// }
    /// ```
    /// ```ts bad web/app/tasks.ts
    /// export async function tasks() {
    ///   const token = localStorage.getItem("auth_token")
    ///   return fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: `Bearer ${token}` } })
    /// }
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0" } }
    /// ```
    /// ```tsx bad web/app/page.tsx
    /// import { tasks } from "./tasks"
    ///
    /// export default function Page() {
    ///   return <button onClick={() => tasks()}>go</button>
    /// }
    /// ```
    /// ```ts good web/app/login.ts
    /// export async function login(email: string, password: string) {
    ///   const response = await fetch(`${process.env.NEXT_PUBLIC_API_URL}/login`, { method: "POST", body: JSON.stringify({ email, password }) })
    ///   const { access_token } = await response.json()
    ///   localStorage.setItem("access_token", access_token)
    /// }
    /// ```
    /// ```ts good web/app/tasks.ts
    /// export async function tasks() {
    ///   const token = localStorage.getItem("access_token")
    ///   return fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: `Bearer ${token}` } })
    /// }
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0" } }
    /// ```
    "storage-key-mismatch" { severity: Warning, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let read = subject.webs.iter().flat_map(of_web);
    read.chain(subject.webs.iter().filter_map(left)).collect()
}

/// The token that signing out leaves where it is, since another entry is removed.
fn left(web: &Web) -> Option<Finding> {
    let removes = |entry: &StoredEntry| {
        web.removed.iter().any(|removed| {
            removed.area == entry.area && (removed.key.is_none() || removed.key == entry.key)
        })
    };
    let kept: Vec<&StoredEntry> = web
        .stored
        .iter()
        .filter(|entry| entry.reached && entry.key.is_some() && !is_aside(&entry.place.file))
        .collect();
    // A token that is kept under a name which is not told may be the one that is removed.
    if web.stored.iter().any(|entry| entry.key.is_none()) {
        return None;
    }
    web.removed
        .iter()
        .filter(|removed| removed.reached && removed.credential && !removed.written)
        .find_map(|removed| {
            let entry = kept
                .iter()
                .find(|entry| entry.area == removed.area && !removes(entry))?;
            let (gone, key) = (removed.key.as_deref()?, entry.key.as_deref()?);
            Some(
                Finding::new(
                    RULE.id,
                    Severity::Warning,
                    removed.place.clone(),
                    format!("`{gone}` is removed, and the token is kept as `{key}`"),
                )
                .label("removes nothing")
                .related(entry.place.clone(), format!("kept as `{key}`"))
                .why("after signing out the token is still there, and the API takes it until it expires")
                .help(format!("remove `{key}`; name the entry once, as a constant that every place imports")),
            )
        })
}

/// One finding an entry, at its first reading.
fn of_web(web: &Web) -> Vec<Finding> {
    let mut entries: BTreeMap<(StorageArea, &str), Vec<&RetrievedEntry>> = BTreeMap::new();
    for entry in &web.retrieved {
        if !entry.written && !is_aside(&entry.place.file) {
            let key = (entry.area, entry.key.as_str());
            entries.entry(key).or_default().push(entry);
        }
    }
    entries
        .into_iter()
        .filter_map(|((area, key), reads)| {
            let first = reads.iter().find(|read| read.reached).or(reads.first())?;
            let severity = if first.reached {
                Severity::Warning
            } else {
                Severity::Note
            };
            let kept = web
                .stored
                .iter()
                .find(|entry| entry.area == area && entry.key.as_deref().is_some_and(|kept| kept != key));
            let finding = Finding::new(
                RULE.id,
                severity,
                first.place.clone(),
                format!("a token is read as `{key}`, and nothing keeps one under that name"),
            )
            .label("always empty")
            .why("the call carries `Bearer null`, or nothing: to the API nobody is logged in");
            let finding = match kept {
                Some(entry) => finding
                    .related(
                        entry.place.clone(),
                        format!("kept as `{}`", entry.key.as_deref().unwrap_or_default()),
                    )
                    .help("name the entry once, as a constant that both places import"),
                None => finding.help("keep the token under this name where people log in, or ask the auth client for it"),
            };
            let others = reads.iter().map(|read| &read.place);
            Some(finding.also(others.filter(|place| **place != first.place), "and here"))

        })
        .collect()
}
