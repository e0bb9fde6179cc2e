use betroth_report::{Finding, Fix, Severity};
use betroth_source_python::{AllowedOrigin, Cors, MiddlewareKind};

use super::{Subject, rule};
use crate::access::{is_aside, is_within};
use crate::origin::pattern::matches_all;
use crate::tree::is_python;

rule! {
    /// Any website may call the API with the visitor's credentials.
    ///
    /// With `allow_credentials=True` Starlette answers `*` by naming the origin that asked, whichever it is, as soon as the
    /// call carries a cookie. Where the API knows people by a cookie, any page that a logged-in person visits can call it in
    /// their name and read the answer. Where it knows them by a header that only the front end sets, it is a door that waits
    /// for the first cookie.
    ///
    /// ```py bad backend/main.py
    /// from typing import Annotated
    /// from fastapi import Cookie, FastAPI
    /// from fastapi.middleware.cors import CORSMiddleware
    ///
    /// app = FastAPI()
    /// app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True, allow_headers=["*"])
    ///
    /// @app.get("/tasks")
    /// def list_tasks(session: Annotated[str, Cookie()]):
    ///     return []
    /// ```
    /// ```py good backend/main.py
    /// import os
    /// from fastapi import FastAPI
    /// from fastapi.middleware.cors import CORSMiddleware
    ///
    /// app = FastAPI()
    /// app.add_middleware(CORSMiddleware, allow_origins=[os.environ["FRONTEND_URL"]], allow_credentials=True)
    ///
    /// @app.get("/tasks")
    /// def list_tasks():
    ///     return []
    /// ```
    "wildcard-origin-with-credentials" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let by_cookie = subject.pairs.iter().any(|pair| pair.by_cookie);
    let mut findings = Vec::new();
    for middleware in subject.apis().flat_map(|api| &api.middlewares) {
        let MiddlewareKind::Cors(cors) = &middleware.kind else {
            continue;
        };
        if is_aside(&middleware.place.file) || cors.credentials != Some(true) || !is_open(cors) {
            continue;
        }
        // What reads no cookie has nothing that a browser would send for another page.
        let reads = || reads_cookie(subject, &middleware.place.file);
        let severity = match by_cookie {
            true => Severity::Error,
            false if reads() => Severity::Warning,
            false => Severity::Note,
        };
        findings.push(
            Finding::new(
                RULE.id,
                severity,
                middleware.place.clone(),
                "any website may call the API with the visitor's credentials",
            )
            .label("every origin, with credentials")
            .why(if by_cookie {
                "the API is called with cookies: a page that a logged-in person visits can call it in their name"
            } else {
                "the API answers every origin as if it were trusted, as soon as a call carries a cookie"
            })
            .help("name the front end's origins: `allow_origins=[\"https://app.example.com\"]`; without cookies, `allow_credentials=False`")
            .fix(Fix::Suggested),
        );
    }
    findings
}

/// Whether a source beside the application, or below it, reads a cookie.
fn reads_cookie(subject: &Subject<'_>, application: &str) -> bool {
    let folder = application
        .rsplit_once('/')
        .map_or(".", |(folder, _)| folder);
    subject.tree.files.iter().any(|(path, text)| {
        let words = [
            ".cookies",
            "Cookie(",
            "APIKeyCookie",
            "SessionMiddleware",
            "set_cookie(",
        ];
        is_python(path)
            && !is_aside(path)
            && is_within(path, folder)
            && words.iter().any(|word| text.contains(word))
    })
}

fn is_open(cors: &Cors) -> bool {
    let listed = cors
        .origins
        .as_ref()
        .is_some_and(|origins| origins.iter().any(is_any));
    let regex = cors
        .origin_regex
        .as_ref()
        .and_then(|it| it.value.as_deref());
    let pattern = regex.is_some_and(matches_all);
    // Starlette looks for `*` in a text as it does in a list.
    let text = cors.origin_text.as_ref().and_then(|it| it.value.as_deref());
    listed || pattern || text.is_some_and(|text| text.contains('*'))
}

fn is_any(origin: &AllowedOrigin) -> bool {
    origin.value.as_deref().is_some_and(|it| it.trim() == "*")
}
