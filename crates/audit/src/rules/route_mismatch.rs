use std::collections::BTreeMap;

use betroth_agreement::{path_fits, path_segments};
use betroth_report::{Confidence, Finding, Place, Severity};
use betroth_source_typescript::Call;

use super::{Paired, Subject, rule};
use crate::access::is_aside;
use crate::observe::whole_path;

rule! {
    /// The front end calls what the API does not serve.
    ///
    /// A path or a method that no route answers gives 404 or 405, which looks like a failed login where the front end treats every
    /// error alike. Compared are the calls whose method and path could be read with the routes as FastAPI serves them, prefixes and all;
    /// a prefix that one side adds elsewhere (a proxy, a base address) is no difference.
    ///
    /// ```ts bad web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ plugins: [jwt()] })
    /// ```
    /// ```ts bad web/lib/auth-client.ts
    /// import { createAuthClient } from "better-auth/react"
    /// import { jwtClient } from "better-auth/client/plugins"
    ///
    /// export const authClient = createAuthClient({ plugins: [jwtClient()] })
    /// ```
    /// ```ts bad web/app/page.tsx
    /// import { headers } from "next/headers"
    /// import { authClient } from "../lib/auth-client"
    ///
    /// export default async function Page() {
    ///   const { data } = await authClient.token({ fetchOptions: { headers: await headers() } })
    ///   const headers = { Authorization: `Bearer ${data?.token}` }
    ///   await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers })
    ///   await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tags`, { headers })
    ///   await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { method: "POST", headers })
    ///   return null
    /// }
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.4.0" } }
    /// ```
    /// ```py bad api/main.py
    /// import os
    /// import jwt
    /// from fastapi import Depends, FastAPI, HTTPException
    /// from fastapi.security import HTTPBearer
    ///
    /// bearer = HTTPBearer()
    /// issuer = os.environ["BETTER_AUTH_URL"]
    /// keys = jwt.PyJWKClient(f"{issuer}/api/auth/jwks")
    ///
    /// def current_user(credentials=Depends(bearer)):
    ///     token = credentials.credentials
    ///     try:
    ///         key = keys.get_signing_key_from_jwt(token).key
    ///         return jwt.decode(token, key, algorithms=["EdDSA"], issuer=issuer, audience=issuer)
    ///     except jwt.PyJWTError:
    ///         raise HTTPException(status_code=401)
    ///
    /// app = FastAPI()
    ///
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     return []
    ///
    /// @app.get("/tags")
    /// def list_tags(user=Depends(current_user)):
    ///     return []
    ///
    /// @app.post("/tags")
    /// def add_tag(user=Depends(current_user)):
    ///     return {}
    /// ```
    /// ```ts good web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ plugins: [jwt()] })
    /// ```
    /// ```ts good web/lib/auth-client.ts
    /// import { createAuthClient } from "better-auth/react"
    /// import { jwtClient } from "better-auth/client/plugins"
    ///
    /// export const authClient = createAuthClient({ plugins: [jwtClient()] })
    /// ```
    /// ```ts good web/app/page.tsx
    /// import { headers } from "next/headers"
    /// import { authClient } from "../lib/auth-client"
    ///
    /// export default async function Page() {
    ///   const { data } = await authClient.token({ fetchOptions: { headers: await headers() } })
    ///   const headers = { Authorization: `Bearer ${data?.token}` }
    ///   await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers })
    ///   await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tags`, { headers })
    ///   await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tags`, { method: "POST", headers })
    ///   return null
    /// }
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.4.0" } }
    /// ```
    /// ```py good api/main.py
    /// import os
    /// import jwt
    /// from fastapi import Depends, FastAPI, HTTPException
    /// from fastapi.security import HTTPBearer
    ///
    /// bearer = HTTPBearer()
    /// issuer = os.environ["BETTER_AUTH_URL"]
    /// keys = jwt.PyJWKClient(f"{issuer}/api/auth/jwks")
    ///
    /// def current_user(credentials=Depends(bearer)):
    ///     token = credentials.credentials
    ///     try:
    ///         key = keys.get_signing_key_from_jwt(token).key
    ///         return jwt.decode(token, key, algorithms=["EdDSA"], issuer=issuer, audience=issuer)
    ///     except jwt.PyJWTError:
    ///         raise HTTPException(status_code=401)
    ///
    /// app = FastAPI()
    ///
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     return []
    ///
    /// @app.get("/tags")
    /// def list_tags(user=Depends(current_user)):
    ///     return []
    ///
    /// @app.post("/tags")
    /// def add_tag(user=Depends(current_user)):
    ///     return {}
    /// ```
    "route-mismatch" { severity: Warning, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    // What lies below Better Auth's own path is answered by Better Auth, through a proxy or not.
    let servers = subject.webs.iter().flat_map(|web| &web.auth);
    let bases: Vec<&str> = servers
        .map(|server| {
            let base = server.base_path.as_ref();
            base.map_or("/api/auth", |base| base.value.as_str())
        })
        .collect();
    let pairs = subject.pairs.iter();
    pairs.flat_map(|pair| of_pair(pair, &bases)).collect()
}

fn of_pair(pair: &Paired<'_>, better_auth: &[&str]) -> Vec<Finding> {
    let answered = pair
        .exchanges
        .iter()
        .filter(|(_, route)| route.is_some())
        .count();
    // Where most calls find no route, the two sides were not read as what they are.
    if answered * 2 <= pair.exchanges.len() {
        return Vec::new();
    }
    let mut missing: BTreeMap<(&str, String), Vec<&Call>> = BTreeMap::new();
    for (call, route) in &pair.exchanges {
        let Some(method) = call.method.as_deref().filter(|method| *method != "WS") else {
            continue;
        };
        let path = whole_path(call);
        let told = path_segments(&path)
            .iter()
            .all(|part| *part == "{}" || !part.contains('{'))
            && path_segments(&path)
                .first()
                .is_some_and(|part| *part != "{}");
        let own = better_auth.iter().any(|base| path.starts_with(base));
        if route.is_none() && told && !own && call.reached && !is_aside(&call.place.file) {
            missing.entry((method, path)).or_default().push(call);
        }
    }
    missing
        .iter()
        .filter_map(|((method, path), calls)| finding(pair, method, path, calls))
        .collect()
}

fn finding(pair: &Paired<'_>, method: &str, path: &str, calls: &[&Call]) -> Option<Finding> {
    let first = calls.first()?;
    let called = format!("{method} {}", path.replace("{}", "…"));
    let mut others: Vec<(&str, &Place)> = pair
        .routes
        .iter()
        .filter(|(_, route)| path_fits(path, &route.path))
        .map(|(_, route)| (route.method.as_str(), &route.place))
        .collect();
    others.sort();
    others.dedup_by_key(|(method, _)| *method);
    let finding = Finding::new(
        RULE.id,
        Severity::Warning,
        first.place.clone(),
        format!("`{called}` is called, and the API does not serve it"),
    )
    .confidence(Confidence::Medium);
    Some(if let Some((_, place)) = others.first() {
        let methods: Vec<String> = others
            .iter()
            .map(|(method, _)| format!("`{method}`"))
            .collect();
        finding
            .label("answered with 405")
            .related(
                (*place).clone(),
                format!("this path takes {}", methods.join(", ")),
            )
            .help("call it by a method that the API serves, or add the route")
    } else {
        finding
            .label("answered with 404")
            .help("correct the path, or add the route; `betroth routes` lists what is served")
    })
}
