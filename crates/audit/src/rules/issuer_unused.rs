use betroth_agreement::IssuerKind;
use betroth_report::{Finding, Place, Severity};
use betroth_source_python::Route;
use betroth_source_typescript::Web;

use super::{Subject, rule};
use crate::access::{is_aside, root_of};
use crate::tree::is_web;

rule! {
    /// Better Auth is there, and what the API gets does not come from it.
    ///
    /// Two logins stand side by side: one that looks after sessions, sign-out and banned people, and one that the API
    /// built itself and that people really use. What is mended in the first changes nothing.
    ///
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.4.0" } }
    /// ```
    /// ```ts bad web/lib/session.ts
    /// export async function signIn(email: string, password: string) {
    ///   return fetch(`${process.env.NEXT_PUBLIC_API_URL}/login`, {
    ///     method: "POST",
    ///     body: JSON.stringify({ email, password }),
    ///   })
    /// }
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.4.0" } }
    /// ```
    /// ```ts good web/lib/session.ts
    /// import { createAuthClient } from "better-auth/react"
    /// export const authClient = createAuthClient()
    /// ```
    "issuer-unused" { severity: Warning, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = never_imported(subject);
    if findings.is_empty() {
        findings.extend(
            subject
                .pairs
                .iter()
                .filter_map(|pair| bypassed(subject, pair)),
        );
    }
    if findings.is_empty() {
        findings.extend(
            subject
                .webs
                .iter()
                .filter_map(|web| never_begun(subject, web)),
        );
    }
    findings
}

/// Endpoints of Better Auth with which a person comes to a session, and the functions of its server for them.
const ENTRANCES: [&str; 14] = [
    "/sign-in",
    "/sign-up",
    "/one-tap",
    "/magic-link",
    "/email-otp",
    "/phone-number",
    "/passkey",
    "/sso",
    "/siwe",
    "/oauth",
    "/device",
    "/one-time-token",
    "signIn",
    "signUp",
];

/// A front end that reads Better Auth's session, where people log in to the API and nothing begins such a session.
fn never_begun(subject: &Subject<'_>, web: &Web) -> Option<Finding> {
    let requests = || subject.webs.iter().flat_map(|web| &web.auth_requests);
    let begins = requests().any(|request| {
        ENTRANCES
            .iter()
            .any(|entrance| request.endpoint.starts_with(entrance))
    });
    // A package of ready-made forms signs people in out of our sight.
    let forms = subject.tree.files.iter().any(|(path, text)| {
        is_manifest(path) && (text.contains("better-auth-ui") || text.contains("auth-ui"))
    });
    let client = web.clients.first()?;
    let served = web.auth.iter().any(|server| server.reached);
    let read = web.auth_requests.iter().find(|request| request.reached)?;
    if begins || forms || !served {
        return None;
    }
    // A login of the API to which the front end sends people: by a call, or by a path below Better Auth's own that it does not have.
    let is_called = |route: &Route| {
        let by_call = subject.pairs.iter().flat_map(|pair| &pair.exchanges);
        let mut by_call = by_call.filter_map(|(_, called)| *called);
        let mut asked = web.auth_requests.iter();
        by_call.any(|called| std::ptr::eq(called, route))
            || asked.any(|request| route.path.ends_with(&request.endpoint))
    };
    let mut routes = subject.apis().flat_map(|api| &api.routes);
    let login = routes.find(|route| {
        let path = route.path.to_ascii_lowercase();
        let named = ["login", "signin", "sign-in"]
            .iter()
            .any(|it| path.ends_with(it));
        route.method == "POST" && named && is_called(route)
    })?;
    Some(
        Finding::new(
            RULE.id,
            Severity::Warning,
            client.place.clone(),
            "Better Auth's session is asked for, and nothing signs anybody in to Better Auth",
        )
        .label("knows nobody")
        .related(login.place.clone(), format!("people log in to the API: `{}`", super::shown(login)))
        .related(read.place.clone(), "asked here")
        .why("whoever logs in to the API has no session of Better Auth, so that it gives no token and names no person")
        .help("sign in with `authClient.signIn.email(…)`, and have the API verify Better Auth's token; or take Better Auth out"),
    )
}

/// The package files that name Better Auth, where no source of the tree loads it.
fn never_imported(subject: &Subject<'_>) -> Vec<Finding> {
    let sources = || subject.tree.files.iter().filter(|(path, _)| is_web(path));
    let loaded = sources().any(|(path, text)| !is_manifest(path) && loads(text));
    if loaded {
        return Vec::new();
    }
    sources()
        .filter(|(path, _)| is_manifest(path) && !is_aside(path))
        .filter_map(|(path, text)| {
            let (line, column) = dependency(text)?;
            let place = Place {
                width: 13,
                ..Place::new(path.clone(), line, column)
            };
            Some(
                Finding::new(
                    RULE.id,
                    Severity::Warning,
                    place,
                    "Better Auth is a dependency, and no source loads it",
                )
                .label("named here alone")
                .why("whoever reads this takes Better Auth for the login, and looks for the fault in the wrong place")
                .help("log in with it, or take it out of the dependencies"),
            )
        })
        .collect()
}

/// Whether a file says what a package depends on.
fn is_manifest(path: &str) -> bool {
    path.rsplit('/').next() == Some("package.json")
}

/// Whether a source names the package, or an entry of it: `"better-auth"`, `'better-auth/react'`.
fn loads(text: &str) -> bool {
    text.match_indices("better-auth").any(|(at, name)| {
        text[..at].ends_with(['"', '\'']) && text[at + name.len()..].starts_with(['"', '\'', '/'])
    })
}

/// Line and column at which a package file names Better Auth.
fn dependency(text: &str) -> Option<(u32, u32)> {
    (1..).zip(text.lines()).find_map(|(line, text)| {
        let at = text.find("\"better-auth\"")?;
        Some((line, u32::try_from(at + 1).ok()?))
    })
}

/// A front end that sets Better Auth up, and calls the API with what the API hands out.
fn bypassed(subject: &Subject<'_>, pair: &super::Paired<'_>) -> Option<Finding> {
    let issuer = &pair.agreement.issuer;
    if issuer.kind != IssuerKind::ApiIssued || !issuer.certain {
        return None;
    }
    let web = subject.webs.iter().find(|web| {
        let root = root_of(web);
        root == pair.agreement.web_root
    })?;
    let server = web.auth.first()?;
    let finding = Finding::new(
        RULE.id,
        Severity::Warning,
        server.place.clone(),
        "Better Auth is set up, and the API is called with a token that it handed out itself",
    )
    .label("its sessions open nothing at the API")
    .why("signing out, banning and resetting a password in Better Auth leave the API's own token as it is")
    .help("have the API verify Better Auth's token: `jwt()` on the server, `/api/auth/jwks` in the API");
    Some(
        issuer
            .places
            .first()
            .into_iter()
            .fold(finding, |finding, place| {
                finding.related(place.clone(), "this is what is sent")
            }),
    )
}
