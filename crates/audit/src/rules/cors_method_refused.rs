use std::collections::{BTreeMap, BTreeSet};

use betroth_report::{Finding, Fix, Place, Severity};
use betroth_source_python::Cors;

use super::{Subject, rule, shown};
use crate::access::is_aside;
use crate::crossing::{Crossing, crossings};

rule! {
    /// CORS does not allow a method with which the front end calls.
    ///
    /// Before a call to another origin that does more than read or post a form, a browser asks whether it may (`OPTIONS`). Starlette allows `GET`
    /// alone, unless `allow_methods` says otherwise. To any other method it answers 400, and the browser never makes the call.
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
    ///     await fetch("https://api.example.com/tasks/1", { method: "DELETE", headers: { Authorization: `Bearer ${data?.token}` } })
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
    /// app.add_middleware(CORSMiddleware, allow_origins=["https://app.example.com"], allow_headers=["*"])
    ///
    /// @app.delete("/tasks/{task_id}")
    /// def delete_task(user=Depends(current_user)):
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
    ///     await fetch("https://api.example.com/tasks/1", { method: "DELETE", headers: { Authorization: `Bearer ${data?.token}` } })
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
    /// app.add_middleware(CORSMiddleware, allow_origins=["https://app.example.com"], allow_headers=["*"], allow_methods=["GET", "POST", "DELETE"])
    ///
    /// @app.delete("/tasks/{task_id}")
    /// def delete_task(user=Depends(current_user)):
    ///     return []
    /// ```
    "cors-method-refused" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut refused: BTreeMap<&Place, Vec<Crossing<'_>>> = BTreeMap::new();
    for crossing in crossings(subject) {
        let method = &crossing.route.method;
        // A plain `POST` of a form is made without a question.
        if !crossing.is_preflighted() || crossing.call.method.as_ref() != Some(method) {
            continue;
        }
        let Some(middleware) = crossing.refused(|cors| lacks(cors, method)) else {
            continue;
        };
        if !is_aside(&middleware.place.file) {
            refused.entry(&middleware.place).or_default().push(crossing);
        }
    }
    refused
        .into_iter()
        .filter_map(|(place, calls)| finding(place, &calls))
        .collect()
}

fn lacks(cors: &Cors, method: &str) -> bool {
    cors.methods
        .as_ref()
        .is_some_and(|methods| !methods.iter().any(|known| known == "*" || known == method))
}

fn finding(place: &Place, calls: &[Crossing<'_>]) -> Option<Finding> {
    let (first, others) = calls.split_first()?;
    let methods: BTreeSet<&str> = calls.iter().map(|one| one.route.method.as_str()).collect();
    let named: Vec<String> = methods.iter().map(|method| format!("`{method}`")).collect();
    let finding = Finding::new(
        RULE.id,
        Severity::Error,
        place.clone(),
        format!(
            "CORS does not allow {}, and the front end calls with {}",
            named.join(", "),
            if named.len() == 1 { "it" } else { "them" }
        ),
    )
    .label(format!("`allow_methods` lacks {}", named.join(", ")))
    .related(
        first.call.place.clone(),
        format!("`{}` to `{}`", shown(first.route), first.origin),
    )
    .why("the browser asks before each such call, gets 400, and does not make it: the person sees a CORS error where other calls work")
    .help("name every method that is called, or all: `allow_methods=[\"*\"]`")
    .fix(Fix::Suggested);
    Some(finding.also(others.iter().map(|one| &one.call.place), "and this call"))
}
