use betroth_agreement::{CredentialKind, IssuerKind};
use betroth_report::{Finding, Fix, Severity};
use betroth_source_python::{Authentication, Route};
use betroth_source_typescript::{Base, Call, Via};

use super::{Paired, Subject, rule, shown};
use crate::access::is_aside;

rule! {
    /// A stream is opened that can carry no header, and the API asks for one.
    ///
    /// The browser's `EventSource` takes an address and `withCredentials`, and nothing else: headers among its options are not sent. A route that asks
    /// for `Authorization: Bearer` answers it with 401, and the browser tells no more than that the stream has failed. What reads a stream by `fetch`
    /// sends the header.
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
    /// ```tsx bad web/app/page.tsx
    /// "use client"
    ///
    /// import { useEffect } from "react"
    /// import { authClient } from "../lib/auth-client"
    ///
    /// export default function Page() {
    ///   useEffect(() => {
    ///     authClient.token().then(({ data }) => {
    ///       const events = new EventSource(`${process.env.NEXT_PUBLIC_API_URL}/events`, { headers: { Authorization: `Bearer ${data?.token}` } })
    ///       events.onmessage = (event) => console.log(event.type)
    ///     })
    ///   }, [])
    ///   return null
    /// }
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.0", "@microsoft/fetch-event-source": "2.0.0" } }
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
    /// @app.get("/events")
    /// def events(user=Depends(current_user)):
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
    /// ```tsx good web/app/page.tsx
    /// "use client"
    ///
    /// import { useEffect } from "react"
    /// import { fetchEventSource } from "@microsoft/fetch-event-source"
    /// import { authClient } from "../lib/auth-client"
    ///
    /// export default function Page() {
    ///   useEffect(() => {
    ///     authClient.token().then(({ data }) => {
    ///       fetchEventSource(`${process.env.NEXT_PUBLIC_API_URL}/events`, { headers: { Authorization: `Bearer ${data?.token}` } })
    ///     })
    ///   }, [])
    ///   return null
    /// }
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.0", "@microsoft/fetch-event-source": "2.0.0" } }
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
    /// @app.get("/events")
    /// def events(user=Depends(current_user)):
    ///     return []
    /// ```
    "event-source-without-header" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    subject.pairs.iter().flat_map(of_pair).collect()
}

fn of_pair(pair: &Paired<'_>) -> Vec<Finding> {
    // A cookie goes with a stream, if the browser is told so.
    if pair.by_cookie {
        return Vec::new();
    }
    let exchanges = pair.exchanges.iter();
    exchanges
        .filter_map(|(call, route)| finding(call, (*route)?))
        .collect()
}

fn finding(call: &Call, route: &Route) -> Option<Finding> {
    let Via::EventSource { headers } = call.via else {
        return None;
    };
    // To the page's own server, cookies go along, and what hands the call on may add what it likes.
    let elsewhere = call.base != Base::default();
    let nothing = call.credential == CredentialKind::None
        && call.origin.issuer == IssuerKind::None
        && call.origin.others.is_empty();
    let asked = route.authentication == Authentication::Required;
    if !elsewhere || !nothing || !asked || !call.reached || is_aside(&call.place.file) {
        return None;
    }
    let label = if headers {
        "these headers are not sent"
    } else {
        "can carry no header"
    };
    Some(
        Finding::new(
            RULE.id,
            Severity::Error,
            call.place.clone(),
            format!("`{}` asks for a person, and `EventSource` sends no header", shown(route)),
        )
        .label(label)
        .related(route.place.clone(), "always answers 401")
        .why("the stream fails for everybody, whoever is logged in")
        .help("read the stream by `fetch`, or by `fetchEventSource` of `@microsoft/fetch-event-source`, which send the header")
        .fix(Fix::Suggested),
    )
}
