use std::collections::BTreeMap;

use betroth_report::{Finding, Fix, Place, Severity};
use betroth_source_python::Cors;

use super::{Subject, rule};
use crate::access::is_aside;
use crate::crossing::{Crossing, crossings};

rule! {
    /// CORS does not allow the header in which the front end sends its credential.
    ///
    /// Before a call with `Authorization` to another origin a browser asks whether it may (`OPTIONS`). Starlette allows `Accept`, `Accept-Language`,
    /// `Content-Language` and `Content-Type` of its own, and beyond these only what `allow_headers` names. To anything else it answers 400, and the
    /// browser never makes the call.
    ///
    /// ```ts bad web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ plugins: [jwt({ jwt: { definePayload: ({ user }) => ({ email: user.email }) } })] })
    /// ```
    /// ```ts bad web/lib/auth-client.ts
    /// import { createAuthClient } from "better-auth/react"
    /// import { jwtClient } from "better-auth/client/plugins"
    ///
    /// export const authClient = createAuthClient({ plugins: [jwtClient()] })
    /// ```
    /// ```tsx bad web/app/page.tsx
    /// "use client"
    ///
    /// import { authClient } from "../lib/auth-client"
    ///
    /// export default function Page() {
    ///   const go = async () => {
    ///     const { data } = await authClient.token()
    ///     await fetch("https://api.example.com/tasks", { headers: { Authorization: `Bearer ${data?.token}` } })
    ///   }
    ///   return <button onClick={go}>go</button>
    /// }
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.7" } }
    /// ```
    /// ```py bad api/main.py
    /// import os
    /// import jwt
    /// from fastapi import Depends, FastAPI, HTTPException
    /// from fastapi.middleware.cors import CORSMiddleware
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
    /// app.add_middleware(CORSMiddleware, allow_origins=["https://app.example.com"], allow_headers=["Content-Type"])
    ///
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     return []
    /// ```
    /// ```ts good web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ plugins: [jwt({ jwt: { definePayload: ({ user }) => ({ email: user.email }) } })] })
    /// ```
    /// ```ts good web/lib/auth-client.ts
    /// import { createAuthClient } from "better-auth/react"
    /// import { jwtClient } from "better-auth/client/plugins"
    ///
    /// export const authClient = createAuthClient({ plugins: [jwtClient()] })
    /// ```
    /// ```tsx good web/app/page.tsx
    /// "use client"
    ///
    /// import { authClient } from "../lib/auth-client"
    ///
    /// export default function Page() {
    ///   const go = async () => {
    ///     const { data } = await authClient.token()
    ///     await fetch("https://api.example.com/tasks", { headers: { Authorization: `Bearer ${data?.token}` } })
    ///   }
    ///   return <button onClick={go}>go</button>
    /// }
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.7" } }
    /// ```
    /// ```py good api/main.py
    /// import os
    /// import jwt
    /// from fastapi import Depends, FastAPI, HTTPException
    /// from fastapi.middleware.cors import CORSMiddleware
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
    /// app.add_middleware(CORSMiddleware, allow_origins=["https://app.example.com"], allow_headers=["Authorization", "Content-Type"])
    ///
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     return []
    /// ```
    "cors-header-refused" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut refused: BTreeMap<(&Place, &str), Vec<Crossing<'_>>> = BTreeMap::new();
    for crossing in crossings(subject) {
        let Some(header) = crossing.call.header else {
            continue;
        };
        let Some(middleware) = crossing.refused(|cors| lacks(cors, header)) else {
            continue;
        };
        if !is_aside(&middleware.place.file) {
            let of = refused.entry((&middleware.place, header)).or_default();
            of.push(crossing);
        }
    }
    refused
        .into_iter()
        .filter_map(|((place, header), calls)| finding(place, header, &calls))
        .collect()
}

/// Whether a header is neither named nor let pass with all others. Those that Starlette always allows carry no credential.
fn lacks(cors: &Cors, header: &str) -> bool {
    cors.headers.as_ref().is_some_and(|headers| {
        !headers
            .iter()
            .any(|known| known == "*" || known.eq_ignore_ascii_case(header))
    })
}

fn finding(place: &Place, header: &str, calls: &[Crossing<'_>]) -> Option<Finding> {
    let (first, others) = calls.split_first()?;
    let finding = Finding::new(
        RULE.id,
        Severity::Error,
        place.clone(),
        format!("`{header}` is not among the headers that CORS allows, and the front end sends it"),
    )
    .label(format!("`allow_headers` lacks `{header}`"))
    .related(
        first.call.place.clone(),
        format!("sends it to `{}`", first.origin),
    )
    .why("the browser asks before each such call, gets 400, and does not make it: a person who is logged in sees a CORS error")
    .help(format!("add it: `allow_headers=[\"{header}\", \"Content-Type\"]`"))
    .fix(Fix::Suggested);
    Some(finding.also(others.iter().map(|one| &one.call.place), "and this call"))
}
