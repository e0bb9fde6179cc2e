use std::collections::BTreeMap;

use betroth_report::{Confidence, Finding, Fix, Place, Severity};
use betroth_source_python::Authentication;
use betroth_source_typescript::DroppedHeaders;

use super::{Subject, rule};
use crate::access::is_aside;

rule! {
    /// A wrapper adds the token, and drops it where its caller passes headers.
    ///
    /// Of two properties of one name the later holds. A wrapper that spreads the options of its caller behind its own `headers` sends the
    /// caller's headers instead of its own as soon as there are any: the calls without headers work, and the one that sets `Content-Type` gets 401.
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
    /// ```ts bad web/lib/api.ts
    /// import { authClient } from "./auth-client"
    ///
    /// export async function call(path: string, options: RequestInit = {}) {
    ///   const { data } = await authClient.token()
    ///   return fetch(`${process.env.NEXT_PUBLIC_API_URL}${path}`, {
    ///     headers: { Authorization: `Bearer ${data?.token}` },
    ///     ...options,
    ///   })
    /// }
    /// ```
    /// ```tsx bad web/app/page.tsx
    /// "use client"
    ///
    /// import { call } from "../lib/api"
    ///
    /// export default function Page() {
    ///   const add = () => call("/tasks", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" })
    ///   return <button onClick={add}>add</button>
    /// }
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.0" } }
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
    /// @app.post("/tasks")
    /// def add_task(user=Depends(current_user)):
    ///     return []
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
    /// ```ts good web/lib/api.ts
    /// import { authClient } from "./auth-client"
    ///
    /// export async function call(path: string, options: RequestInit = {}) {
    ///   const { data } = await authClient.token()
    ///   return fetch(`${process.env.NEXT_PUBLIC_API_URL}${path}`, {
    ///     ...options,
    ///     headers: { ...options.headers, Authorization: `Bearer ${data?.token}` },
    ///   })
    /// }
    /// ```
    /// ```tsx good web/app/page.tsx
    /// "use client"
    ///
    /// import { call } from "../lib/api"
    ///
    /// export default function Page() {
    ///   const add = () => call("/tasks", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" })
    ///   return <button onClick={add}>add</button>
    /// }
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.0" } }
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
    /// @app.post("/tasks")
    /// def add_task(user=Depends(current_user)):
    ///     return []
    /// ```
    "headers-overridden" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut wrappers: BTreeMap<&Place, Vec<&DroppedHeaders>> = BTreeMap::new();
    for dropped in subject.webs.iter().flat_map(|web| &web.dropped) {
        if dropped.reached && !is_aside(&dropped.caller.file) {
            wrappers.entry(&dropped.place).or_default().push(dropped);
        }
    }
    let findings = wrappers.iter();
    findings
        .map(|(place, callers)| {
            let refused = callers.iter().any(|one| is_refused(subject, &one.caller));
            let (severity, confidence) = if refused {
                (Severity::Error, Confidence::High)
            } else {
                (Severity::Warning, Confidence::Medium)
            };
            Finding::new(
                RULE.id,
                severity,
                (*place).clone(),
                "the headers of the caller take the place of those written above, the token among them",
            )
            .confidence(confidence)
            .label("holds `headers` where the caller passes some")
            .also(callers.iter().map(|one| &one.caller), "passes headers, and is sent without the token")
            .why("these calls are answered 401 for somebody who is logged in; those without headers of their own work")
            .help("spread the options first, then write `headers: { ...options.headers, Authorization: … }`")
            .fix(Fix::Suggested)
        })
        .collect()
}

/// Whether a call reaches a route that asks for a person.
fn is_refused(subject: &Subject<'_>, caller: &Place) -> bool {
    let mut exchanges = subject.pairs.iter().flat_map(|pair| &pair.exchanges);
    exchanges.any(|(call, route)| {
        call.place == *caller
            && route.is_some_and(|route| route.authentication == Authentication::Required)
    })
}
