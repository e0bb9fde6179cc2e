use std::collections::BTreeMap;

use betroth_report::{Finding, Fix, Place, Severity};
use betroth_source_python::{Api, MiddlewareKind};

use super::{Subject, rule, shown};
use crate::access::{is_aside, is_within};
use crate::crossing::{Crossing, crossings};
use crate::observe::deployed_from;
use crate::tree::is_python;

rule! {
    /// The browser calls the API at another origin, and the API answers no CORS.
    ///
    /// A page at `http://localhost:3000` and an API at `http://localhost:8000` are two origins. Without `CORSMiddleware` the API answers, and the browser
    /// keeps the answer from the page; a call with `Authorization` it does not even make. With `curl` and in the API's own documentation everything works.
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
    ///     await fetch("http://localhost:8000/tasks", { headers: { Authorization: `Bearer ${data?.token}` } })
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
    ///     await fetch("http://localhost:8000/tasks", { headers: { Authorization: `Bearer ${data?.token}` } })
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
    /// app.add_middleware(CORSMiddleware, allow_origins=[os.environ["FRONTEND_URL"]], allow_headers=["Authorization"])
    ///
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     return []
    /// ```
    "cors-missing" { severity: Error, check: check }
}

/// Where `uvicorn` and `fastapi dev` serve, unless told otherwise: nothing stands between them and the browser there.
const SERVED: [&str; 2] = ["http://localhost:8000", "http://127.0.0.1:8000"];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut refused: BTreeMap<&Place, Vec<Crossing<'_>>> = BTreeMap::new();
    for crossing in crossings(subject) {
        let answered = crossing
            .apis
            .iter()
            .flat_map(|api| &api.middlewares)
            .any(|one| matches!(one.kind, MiddlewareKind::Cors(_)));
        let Some(api) = crossing.apis.first().filter(|_| !answered) else {
            continue;
        };
        let served = SERVED.contains(&crossing.origin.as_str()) && !is_aside(&api.place.file);
        if served && !is_handed_on(subject, &crossing) && !may_answer(subject, api) {
            refused.entry(&api.place).or_default().push(crossing);
        }
    }
    refused
        .into_iter()
        .filter_map(|(place, calls)| finding(place, &calls))
        .collect()
}

/// Whether the front end also has a way to the API through its own server, which a variable may choose.
fn is_handed_on(subject: &Subject<'_>, crossing: &Crossing<'_>) -> bool {
    let mut webs = subject.webs.iter();
    crossing.call.base.environment.is_some()
        && webs.any(|web| !web.rewrites.is_empty() && web.calls.contains(crossing.call))
}

/// Whether a source of the deployment names what answers CORS, or serves the pages themselves.
fn may_answer(subject: &Subject<'_>, api: &Api) -> bool {
    let root = deployed_from(subject.tree, api);
    subject.tree.files.iter().any(|(path, text)| {
        is_python(path)
            && is_within(path, &root)
            && (text.to_ascii_lowercase().contains("cors") || text.contains("StaticFiles"))
    })
}

fn finding(place: &Place, calls: &[Crossing<'_>]) -> Option<Finding> {
    let (first, others) = calls.split_first()?;
    let finding = Finding::new(
        RULE.id,
        Severity::Error,
        place.clone(),
        "the browser calls this API at another origin, and it answers no CORS",
    )
    .label("no `CORSMiddleware`")
    .related(
        first.call.place.clone(),
        format!("the browser calls `{}` at `{}`", shown(first.route), first.origin),
    )
    .why("the browser keeps every answer from the page, and shows a CORS error")
    .help("add `CORSMiddleware` with `allow_origins=[\"http://localhost:3000\"]`, or let the front end hand the calls on with a rewrite")
    .fix(Fix::Suggested);
    Some(finding.also(others.iter().map(|one| &one.call.place), "and this call"))
}
