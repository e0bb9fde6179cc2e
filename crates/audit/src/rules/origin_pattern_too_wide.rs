use betroth_report::{Finding, Fix, Severity};
use betroth_source_python::MiddlewareKind;

use super::{Subject, rule};
use crate::access::is_aside;
use crate::origin::pattern::of_a_stranger;

rule! {
    /// A pattern of origins lets a stranger's page call with the visitor's credentials.
    ///
    /// `https://.*\.vercel\.app` is meant for previews of one's own, and matches the deployment of everybody who has an account there. A dot that is not
    /// escaped matches any letter: `https://app.example.com` matches `https://appxexample.com`. With `allow_credentials=True` a page there may call the API
    /// in the name of whoever visits it, as far as cookies are sent, and read the answers.
    ///
    /// ```py bad api/main.py
    /// import os
    /// from fastapi import FastAPI
    /// from fastapi.middleware.cors import CORSMiddleware
    ///
    /// app = FastAPI()
    /// app.add_middleware(CORSMiddleware, allow_origin_regex=r"https://.*\.vercel\.app", allow_credentials=True)
    ///
    /// @app.get("/health")
    /// def health():
    ///     return "ok"
    /// ```
    /// ```py good api/main.py
    /// import os
    /// from fastapi import FastAPI
    /// from fastapi.middleware.cors import CORSMiddleware
    ///
    /// app = FastAPI()
    /// app.add_middleware(CORSMiddleware, allow_origin_regex=r"https://[a-z0-9-]+\.example\.com", allow_credentials=True)
    ///
    /// @app.get("/health")
    /// def health():
    ///     return "ok"
    /// ```
    "origin-pattern-too-wide" { severity: Warning, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let middlewares = subject.apis().flat_map(|api| &api.middlewares);
    let patterns = middlewares.filter_map(|middleware| match &middleware.kind {
        MiddlewareKind::Cors(cors) if cors.credentials == Some(true) => cors.origin_regex.as_ref(),
        _ => None,
    });
    patterns
        .filter(|pattern| !is_aside(&pattern.place.file))
        .filter_map(|pattern| {
            let text = pattern.value.as_deref().filter(|text| !text.contains("{?}"))?;
            let stranger = of_a_stranger(text)?;
            let finding = Finding::new(
                RULE.id,
                Severity::Warning,
                pattern.place.clone(),
                format!("the pattern also matches `{stranger}`, which may be anybody's"),
            )
            .label("lets strangers pass, with credentials")
            .why("a page there may call the API as whoever visits it, wherever cookies are sent, and read the answers")
            .help("name the whole host, with each dot escaped: `r\"https://[a-z0-9-]+\\.example\\.com\"`; previews get a domain of your own")
            .fix(Fix::Suggested);
            Some(finding)
        })
        .collect()
}
