use betroth_report::{Finding, Fix, Severity};
use betroth_source_python::MiddlewareKind;

use super::{Subject, rule};
use crate::access::is_aside;

rule! {
    /// CORS is given one text instead of a list of origins, and lets every part of it pass.
    ///
    /// Starlette asks whether the origin is `in` what it was given. Of a list that is an entry; of a text it is any part: where
    /// `allow_origins="https://app.example.com"`, a page of `https://app.example.co` passes too, and whoever owns that name may read the answers. A `*`
    /// anywhere in the text lets everybody pass.
    ///
    /// ```py bad api/main.py
    /// import os
    /// from fastapi import FastAPI
    /// from fastapi.middleware.cors import CORSMiddleware
    ///
    /// app = FastAPI()
    /// app.add_middleware(CORSMiddleware, allow_origins=os.environ["ORIGINS"], allow_credentials=True)
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
    /// app.add_middleware(CORSMiddleware, allow_origins=os.environ["ORIGINS"].split(","), allow_credentials=True)
    ///
    /// @app.get("/health")
    /// def health():
    ///     return "ok"
    /// ```
    "origins-in-one-text" { severity: Warning, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let middlewares = subject.apis().flat_map(|api| &api.middlewares);
    let texts = middlewares.filter_map(|middleware| match &middleware.kind {
        MiddlewareKind::Cors(cors) => cors.origin_text.as_ref(),
        _ => None,
    });
    texts
        // That one lets everybody pass as a list does.
        .filter(|text| text.defaulted || text.value.as_deref() != Some("*"))
        .filter(|text| !is_aside(&text.place.file))
        .map(|text| {
            Finding::new(
                RULE.id,
                Severity::Warning,
                text.place.clone(),
                "`allow_origins` is one text: whatever origin is a part of it passes",
            )
            .label("no list")
            .why("`https://app.example.co` is a part of `https://app.example.com`, and belongs to somebody else")
            .help("make it a list: `[origin]`, or `.split(\",\")` where the text names several")
            .fix(Fix::Suggested)
        })
        .collect()
}
