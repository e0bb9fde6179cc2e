use betroth_report::{Finding, Fix, Place, Severity};
use betroth_source_python::{AllowedOrigin, Cors, MiddlewareKind};
use betroth_source_typescript::{BetterAuthConfig, Text};

use super::{Subject, rule};
use crate::access::is_aside;
use crate::origin::{meant, never_equal};

rule! {
    /// An origin is listed in a form that no browser writes.
    ///
    /// A browser names the origin of a page as scheme, host and port, in small letters: `https://app.example.com`. Starlette and Better Auth compare
    /// texts, so an entry with a slash or a path behind it, without a scheme, with a space around it or with the port that the scheme has anyway is
    /// equal to none; so is a URL of pydantic, which ends in a slash as a text. Better Auth knows `*` and `?` within an entry; to Starlette
    /// `https://*.example.com` is a text like any other.
    ///
    /// ```py bad api/main.py
    /// import os
    /// from fastapi import FastAPI
    /// from fastapi.middleware.cors import CORSMiddleware
    ///
    /// app = FastAPI()
    /// app.add_middleware(CORSMiddleware, allow_origins=["https://app.example.com/"])
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
    /// app.add_middleware(CORSMiddleware, allow_origins=["http://localhost:3000", "https://app.example.com"])
    ///
    /// @app.get("/health")
    /// def health():
    ///     return "ok"
    /// ```
    /// ```ts good web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ trustedOrigins: ["https://*.example.com"], plugins: [jwt({ jwt: { definePayload: ({ user }) => ({ email: user.email }) } })] })
    /// ```
    /// ```ts good web/app/api/auth/route.ts
    /// import { toNextJsHandler } from "better-auth/next-js"
    /// import { auth } from "../../../lib/auth"
    ///
    /// export const { GET, POST } = toNextJsHandler(auth)
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.7" } }
    /// ```
    "unmatched-origin" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let middlewares = subject.apis().flat_map(|api| &api.middlewares);
    let cors = middlewares.filter_map(|middleware| match &middleware.kind {
        MiddlewareKind::Cors(cors) => Some(cors),
        _ => None,
    });
    let servers = super::servers(subject).filter(|server| server.reached);
    let mut found: Vec<Finding> = cors
        .flat_map(|cors| of_cors(cors))
        .chain(servers.flat_map(of_server))
        .filter(|finding| !is_aside(&finding.place.file))
        .collect();
    found.dedup();
    found
}

/// The entries of `allow_origins` that Starlette finds equal to no origin.
fn of_cors(cors: &Cors) -> Vec<Finding> {
    let origins = cors.origins.as_deref().unwrap_or_default();
    let told = |origin: &AllowedOrigin| origin.value.as_deref().map(str::to_owned);
    if cors.origin_regex.is_some() || origins.iter().any(|it| told(it).as_deref() == Some("*")) {
        return Vec::new();
    }
    if let Some(place) = &cors.origin_urls {
        return vec![of_urls(place)];
    }
    let reason = |text: &str| {
        let within = text
            .contains('*')
            .then_some("Starlette knows no `*` within an origin");
        within.or_else(|| never_equal(text))
    };
    // An entry of which nothing is told may be any origin.
    let alive = |it: &AllowedOrigin| {
        it.value
            .as_deref()
            .is_none_or(|text| !text.is_empty() && reason(text).is_none())
    };
    let others = origins.iter().any(alive);
    let findings = origins.iter().filter_map(|origin| {
        let text = origin.value.as_deref()?;
        let why = reason(text)?;
        let meant = meant(text);
        let again = |other: &AllowedOrigin| other.value.as_deref() == Some(meant.as_str());
        if meant != text && origins.iter().any(again) {
            return None;
        }
        let severity = if others || origin.defaulted {
            Severity::Warning
        } else {
            Severity::Error
        };
        Some(finding(
            "`allow_origins`",
            text,
            why,
            severity,
            &origin.place,
        ))
    });
    findings.collect()
}

/// URLs of pydantic in place of origins.
fn of_urls(place: &Place) -> Finding {
    Finding::new(
        RULE.id,
        Severity::Error,
        place.clone(),
        "`allow_origins` is given URLs of pydantic, and no origin of a page is equal to one",
    )
    .label("each ends in a slash")
    .why("`str(AnyHttpUrl(\"http://localhost:3000\"))` is `http://localhost:3000/`, and the URL itself is no text: every page is refused")
    .help("take the slash away: `[str(origin).rstrip(\"/\") for origin in settings.cors_origins]`, or declare the field `list[str]`")
    .fix(Fix::Suggested)
}

/// The entries of `trustedOrigins` that Better Auth finds equal to no origin.
fn of_server(server: &BetterAuthConfig) -> Vec<Finding> {
    let base = server.base_url.as_ref().map(|base| meant(&base.value));
    let findings = server.trusted_origins.iter().filter_map(|origin| {
        let text = origin.value.as_str();
        let why = reason(origin)?;
        let meant = meant(text);
        let again = |other: &Text| meant != text && other.value == meant;
        let known = server.trusted_origins.iter().any(again) || base.as_ref() == Some(&meant);
        (!known).then(|| {
            finding(
                "`trustedOrigins`",
                text,
                why,
                Severity::Warning,
                &origin.place,
            )
        })
    });
    findings.collect()
}

fn reason(origin: &Text) -> Option<&'static str> {
    let text = origin.value.as_str();
    if origin.environment.is_some() {
        return None;
    }
    if !text.contains(['*', '?']) {
        return never_equal(text);
    }
    // A pattern with a scheme is held against the origin, one without against the host: neither has a path.
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    rest.contains('/').then_some("it has a path")
}

fn finding(list: &str, text: &str, why: &str, severity: Severity, place: &Place) -> Finding {
    let help = if text.contains('*') && !text.ends_with('/') {
        "name each origin, or give a pattern: `allow_origin_regex=r\"https://[a-z0-9-]+\\.example\\.com\"`".to_owned()
    } else {
        format!("write the origin as a browser does: `{}`", meant(text))
    };
    Finding::new(
        RULE.id,
        severity,
        place.clone(),
        format!("`{text}` in {list} is never the origin of a page: {why}"),
    )
    .label("equal to no origin")
    .why("the page is refused as if it were not listed: a CORS error, or 403 `INVALID_ORIGIN`")
    .help(help)
    .fix(Fix::Suggested)
}
