use std::collections::BTreeMap;

use betroth_agreement::{CredentialKind, IssuerKind};
use betroth_report::{Finding, Fix, Severity};
use betroth_source_python::Authentication;
use betroth_source_typescript::{Call, Interceptor, Via, Web};

use super::{Paired, Subject, rule};
use crate::access::is_aside;

rule! {
    /// The token is added to the requests of one axios client, and the call goes through another.
    ///
    /// An interceptor belongs to the client that it is set on. A client made by `axios.create()` has none of `axios` itself, nor of another client:
    /// what goes through it carries no token, and the API answers 401 to somebody who is logged in.
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
    /// import axios from "axios"
    /// import { authClient } from "./auth-client"
    ///
    /// axios.interceptors.request.use(async (config) => {
    ///   const { data } = await authClient.token()
    ///   config.headers.Authorization = `Bearer ${data?.token}`
    ///   return config
    /// })
    ///
    /// export const api = axios.create({ baseURL: process.env.NEXT_PUBLIC_API_URL })
    /// ```
    /// ```tsx bad web/app/page.tsx
    /// "use client"
    ///
    /// import { api } from "../lib/api"
    ///
    /// export default function Page() {
    ///   return <button onClick={() => api.get("/tasks")}>load</button>
    /// }
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.0", "axios": "1.0.0" } }
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
    /// export const auth = betterAuth({ plugins: [jwt()] })
    /// ```
    /// ```ts good web/lib/auth-client.ts
    /// import { createAuthClient } from "better-auth/react"
    /// import { jwtClient } from "better-auth/client/plugins"
    ///
    /// export const authClient = createAuthClient({ plugins: [jwtClient()] })
    /// ```
    /// ```ts good web/lib/api.ts
    /// import axios from "axios"
    /// import { authClient } from "./auth-client"
    ///
    /// export const api = axios.create({ baseURL: process.env.NEXT_PUBLIC_API_URL })
    ///
    /// api.interceptors.request.use(async (config) => {
    ///   const { data } = await authClient.token()
    ///   config.headers.Authorization = `Bearer ${data?.token}`
    ///   return config
    /// })
    /// ```
    /// ```tsx good web/app/page.tsx
    /// "use client"
    ///
    /// import { api } from "../lib/api"
    ///
    /// export default function Page() {
    ///   return <button onClick={() => api.get("/tasks")}>load</button>
    /// }
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.0", "axios": "1.0.0" } }
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
    /// ```
    "interceptor-on-other-client" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let webs = subject.webs.iter();
    webs.filter(|web| {
        // One on a client that is not told may be on any.
        let mut set = web.interceptors.iter();
        set.all(|one| one.client.is_some())
    })
    .flat_map(|web| of_web(subject, web))
    .collect()
}

/// One finding for each client that lacks the interceptor, at its first call.
fn of_web(subject: &Subject<'_>, web: &Web) -> Vec<Finding> {
    let adds = |one: &&Interceptor| one.adds_token && one.reached && !is_aside(&one.place.file);
    let Some(interceptor) = web.interceptors.iter().find(adds) else {
        return Vec::new();
    };
    let bare = |via: &Via| {
        let mut set = web.interceptors.iter();
        matches!(via, Via::Axios(_)) && set.all(|one| one.client.as_ref() != Some(via))
    };
    let mut clients: BTreeMap<&Via, Vec<&Call>> = BTreeMap::new();
    for call in subject.pairs.iter().flat_map(refused) {
        let mine = web.calls.iter().any(|one| std::ptr::eq(one, call));
        if mine && bare(&call.via) {
            clients.entry(&call.via).or_default().push(call);
        }
    }
    let of_client = |(via, calls): (&&Via, &Vec<&Call>)| {
        let (call, others) = calls.split_first()?;
        let mut finding = Finding::new(
            RULE.id,
            Severity::Error,
            call.place.clone(),
            "this call goes through another axios client than the one that adds the token",
        )
        .label("sent without a token")
        .related(
            interceptor.place.clone(),
            "the token is added here, to another client",
        )
        .why("the API answers 401 to somebody who is logged in")
        .help(
            "set the interceptor on the client that calls, or call through the client that has it",
        )
        .fix(Fix::Suggested);
        if let Via::Axios(Some(made)) = via {
            finding = finding.related(made.clone(), "the client of this call");
        }
        Some(finding.also(others.iter().map(|call| &call.place), "and this call"))
    };
    clients.iter().filter_map(of_client).collect()
}

/// The calls of a pair that carry nothing, to routes that ask for a person.
fn refused<'a>(pair: &'a Paired<'_>) -> impl Iterator<Item = &'a Call> {
    let exchanges = pair.exchanges.iter();
    exchanges
        .filter(|(call, route)| {
            call.credential == CredentialKind::None
                && call.origin.issuer == IssuerKind::None
                && call.origin.others.is_empty()
                && call.reached
                && !is_aside(&call.place.file)
                && route.is_some_and(|route| route.authentication == Authentication::Required)
        })
        .map(|(call, _)| *call)
}
