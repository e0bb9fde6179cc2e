use betroth_report::{Confidence, Finding, Fix, Severity};
use betroth_source_typescript::{BetterAuthConfig, Web};

use super::{Subject, rule};
use crate::access::{is_aside, root_of};
use crate::crossing::origin_of;

rule! {
    /// The auth service stands apart from the front end, and trusts no origin but its own.
    ///
    /// Better Auth trusts the origin of its own `baseURL`, and what `trustedOrigins` or `BETTER_AUTH_TRUSTED_ORIGINS` name. A front end that is served
    /// elsewhere is none of these: each sign-in from the browser is answered with 403 `INVALID_ORIGIN`.
    ///
    /// ```ts bad auth/src/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ baseURL: "http://localhost:4000", plugins: [jwt({ jwt: { definePayload: ({ user }) => ({ email: user.email }) } })] })
    /// ```
    /// ```ts bad auth/src/index.ts
    /// import express from "express"
    /// import { toNodeHandler } from "better-auth/node"
    /// import { auth } from "./auth"
    ///
    /// express().all("/api/auth/*splat", toNodeHandler(auth)).listen(4000)
    /// ```
    /// ```json bad auth/package.json
    /// { "dependencies": { "express": "5.0.0", "better-auth": "1.7.24" } }
    /// ```
    /// ```ts bad web/lib/auth-client.ts
    /// import { createAuthClient } from "better-auth/react"
    ///
    /// export const authClient = createAuthClient({ baseURL: "http://localhost:4000" })
    /// ```
    /// ```tsx bad web/app/page.tsx
    /// "use client"
    ///
    /// import { authClient } from "../lib/auth-client"
    ///
    /// export default function Page() {
    ///   return <p>{authClient.useSession().data?.user.name}</p>
    /// }
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.7" } }
    /// ```
    /// ```ts good auth/src/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ baseURL: "http://localhost:4000", trustedOrigins: ["http://localhost:3000"], plugins: [jwt({ jwt: { definePayload: ({ user }) => ({ email: user.email }) } })] })
    /// ```
    /// ```ts good auth/src/index.ts
    /// import express from "express"
    /// import { toNodeHandler } from "better-auth/node"
    /// import { auth } from "./auth"
    ///
    /// express().all("/api/auth/*splat", toNodeHandler(auth)).listen(4000)
    /// ```
    /// ```json good auth/package.json
    /// { "dependencies": { "express": "5.0.0", "better-auth": "1.7.24" } }
    /// ```
    /// ```ts good web/lib/auth-client.ts
    /// import { createAuthClient } from "better-auth/react"
    ///
    /// export const authClient = createAuthClient({ baseURL: "http://localhost:4000" })
    /// ```
    /// ```tsx good web/app/page.tsx
    /// "use client"
    ///
    /// import { authClient } from "../lib/auth-client"
    ///
    /// export default function Page() {
    ///   return <p>{authClient.useSession().data?.user.name}</p>
    /// }
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.7" } }
    /// ```
    "origin-untrusted" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let environments = subject.tree.environments.iter();
    let mut variables = environments.flat_map(|file| &file.variables);
    if variables.any(|variable| variable.name == "BETTER_AUTH_TRUSTED_ORIGINS") {
        return Vec::new();
    }
    let mut found: Vec<Finding> = subject
        .webs
        .iter()
        .filter_map(|web| finding(subject, web))
        .collect();
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found.dedup_by(|a, b| a.place == b.place);
    found
}

fn finding(subject: &Subject<'_>, web: &Web) -> Option<Finding> {
    let mut servers = web.auth.iter().filter(|server| server.reached);
    let (server, None) = (servers.next()?, servers.next()) else {
        return None;
    };
    if server.root == web.root || is_aside(&server.place.file) || trusts(subject, server) {
        return None;
    }
    let root = root_of(web);
    let (client, called) = web.clients.iter().find_map(|client| {
        let base = client.base_url.as_ref()?;
        Some((client, origin_of(subject, base, root)?))
    })?;
    // Its own address, and not that of a proxy in front of both.
    let own = origin_of(subject, server.base_url.as_ref()?, &server.root)?;
    let port = own
        .strip_prefix("http://localhost:")
        .or(own.strip_prefix("http://127.0.0.1:"))?;
    (own == called && port != "80").then(|| {
        Finding::new(
            RULE.id,
            Severity::Error,
            server.place.clone(),
            format!("the auth service trusts `{own}` alone, and the front end is served elsewhere"),
        )
        .confidence(Confidence::Medium)
        .label("no `trustedOrigins`")
        .related(client.place.clone(), "called from another origin")
        .why("each sign-in from the browser is answered with 403 `INVALID_ORIGIN`")
        .help("name the front end: `trustedOrigins: [\"http://localhost:3000\"]`, or set `BETTER_AUTH_TRUSTED_ORIGINS`")
        .fix(Fix::Suggested)
    })
}

/// Whether the server may trust more than its own origin, or look at none.
fn trusts(subject: &Subject<'_>, server: &BetterAuthConfig) -> bool {
    let named = subject
        .tree
        .text(&server.place.file)
        .is_none_or(|text| text.contains("trustedOrigins"));
    let off = server.options.iter().any(|option| {
        option.name.starts_with("advanced.disable") && option.switched != Some(false)
    });
    // The plugin for apps trusts their schemes, and in development any page.
    let app = server.plugins.iter().any(|plugin| plugin.name == "expo");
    named || off || app || !server.trusted_origins.is_empty()
}
