use betroth_agreement::IssuerKind;
use betroth_report::{Finding, Severity};
use betroth_source_typescript::Web;
use memchr::memmem::Finder;

use super::{Subject, rule};
use crate::access::{is_aside, is_within, root_of};

/// Words, without case and underscores, by which a renewal is called.
const RENEWALS: &[&str] = &[
    "refreshtoken",
    "refreshsession",
    "refreshaccesstoken",
    "refreshjwt",
    "renewtoken",
    "renewsession",
    "/refresh",
    "tokenrefresh",
];

rule! {
    /// A token is kept, and nothing renews it when it ends.
    ///
    /// A token has an end: 15 minutes with Better Auth's `jwt` plugin, whatever the API says with its own. A front end that keeps one
    /// and never asks for another works at first, and then gets 401 for somebody who is logged in.
    ///
    /// ```ts bad web/app/login.ts
    /// export async function login(email: string, password: string) {
    ///   const response = await fetch(`${process.env.NEXT_PUBLIC_API_URL}/login`, { method: "POST", body: JSON.stringify({ email, password }) })
    ///   const { access_token } = await response.json()
    ///   localStorage.setItem("access_token", access_token)
    /// }
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0" } }
    /// ```
    /// ```tsx bad web/app/page.tsx
    /// import { login } from "./login"
    ///
    /// export default function Page() {
    ///   return <button onClick={() => login("ada@example.com", "…")}>go</button>
    /// }
    /// ```
    /// ```ts good web/app/login.ts
    /// export async function login(email: string, password: string) {
    ///   const response = await fetch(`${process.env.NEXT_PUBLIC_API_URL}/login`, { method: "POST", body: JSON.stringify({ email, password }) })
    ///   const { access_token } = await response.json()
    ///   localStorage.setItem("access_token", access_token)
    /// }
    ///
    /// export async function renew() {
    ///   const response = await fetch(`${process.env.NEXT_PUBLIC_API_URL}/refresh`, { method: "POST", credentials: "include" })
    ///   const { access_token } = await response.json()
    ///   localStorage.setItem("access_token", access_token)
    /// }
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0" } }
    /// ```
    "refresh-missing" { severity: Warning, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    subject
        .webs
        .iter()
        .filter_map(|web| of_web(subject, web))
        .collect()
}

fn of_web(subject: &Subject<'_>, web: &Web) -> Option<Finding> {
    // Better Auth prolongs a session whenever it is used.
    let kept = web.stored.iter().find(|entry| {
        entry.reached && entry.holds != IssuerKind::SessionToken && !is_aside(&entry.place.file)
    })?;
    if renews(subject, web) || is_endless(subject, kept.holds) {
        return None;
    }
    // Where the answer 401 leads to the login, the token is the session, however short.
    let severity = if web.looks_for_401 {
        Severity::Note
    } else {
        Severity::Warning
    };
    let named = match &kept.key {
        Some(key) => format!("the token kept as `{key}`"),
        None => "the token that is kept here".to_owned(),
    };
    Some(
        Finding::new(
            RULE.id,
            severity,
            kept.place.clone(),
            format!("{named} is never renewed"),
        )
        .label("used until it ends, and after")
        .why("it works at first; when the token ends, somebody who is logged in gets 401")
        .help("on 401 ask the auth service for another one, once, and repeat the call; or ask anew shortly before its `exp`"),
    )
}

/// Whether the API signs what is kept, and sets no end to it.
fn is_endless(subject: &Subject<'_>, holds: IssuerKind) -> bool {
    let signatures = &subject.python.signatures;
    matches!(holds, IssuerKind::ApiIssued | IssuerKind::Unknown)
        && !signatures.is_empty()
        && signatures.iter().all(|signature| {
            let text = subject.tree.text(&signature.place.file).unwrap_or_default();
            !text.contains("\"exp\"") && !text.contains("'exp'") && !text.contains("exp=")
        })
}

/// Whether the front end calls anything by the name of a renewal, at an address that somebody serves.
pub(super) fn renews(subject: &Subject<'_>, web: &Web) -> bool {
    scripts(subject, web).any(|(_, text)| {
        text.lines().any(|line| {
            let line = compact(line);
            !line.starts_with("//")
                && !line.starts_with('*')
                && RENEWALS.iter().any(|word| {
                    line.match_indices(word).any(|(at, _)| {
                        let rest = &line[at + word.len()..];
                        let after = rest.trim_start_matches(char::is_alphanumeric);
                        let address = word.starts_with('/') && !is_dead(subject, &line);
                        address || after.starts_with('(')
                    })
                })
        })
    })
}

/// Whether an address below Better Auth's own path names what Better Auth does not have.
fn is_dead(subject: &Subject<'_>, line: &str) -> bool {
    let routes = subject.python.apis.iter().flat_map(|api| &api.routes);
    let mut routes = routes.map(|route| route.path.as_str());
    let served = routes.any(|path| path.ends_with("/auth/refresh"))
        || subject
            .tree
            .files
            .keys()
            .any(|path| path.contains("auth/refresh"));
    let below = ['`', '\'', '"']
        .iter()
        .any(|quote| line.contains(&format!("/api/auth/refresh{quote}")));
    below && !served && super::servers(subject).next().is_some()
}

/// The scripts of a front end in which a renewal may be named.
fn scripts<'a>(subject: &Subject<'a>, web: &'a Web) -> impl Iterator<Item = (&'a str, &'a str)> {
    let root = root_of(web);
    let refresh = Finder::new("efresh");
    let renew = Finder::new("enew");
    let files = subject.tree.files.iter();
    files
        .filter(move |(path, text)| {
            let script = [".ts", ".tsx", ".js", ".jsx", ".mjs"]
                .iter()
                .any(|end| path.ends_with(end));
            let bytes = text.as_bytes();
            script
                && !is_aside(path)
                && is_within(path, root)
                && (refresh.find(bytes).is_some() || renew.find(bytes).is_some())
        })
        .map(|(path, text)| (path.as_str(), text.as_ref()))
}

/// A line without blanks before it, case, underscores and hyphens.
fn compact(line: &str) -> String {
    line.trim_start()
        .chars()
        .filter(|c| *c != '_' && *c != '-')
        .flat_map(char::to_lowercase)
        .collect()
}
