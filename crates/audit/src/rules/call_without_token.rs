use std::collections::BTreeMap;

use betroth_agreement::{CredentialKind, IssuerKind, Topic};
use betroth_report::{Confidence, Finding, Fix, Place, Severity};
use betroth_source_python::{Authentication, Route};
use betroth_source_typescript::{Absent, Call, Via, Web};

use super::algorithm_mismatch::refused;
use super::credentials_not_included::asks_for_cookie;
use super::{Paired, Subject, rule};
use crate::access::is_aside;

rule! {
    /// The front end calls the API without a credential, and the API asks for one.
    ///
    /// The person is logged in at the front end, but no call says so. The API answers 401 to all of them.
    ///
    /// ```tsx bad web/app/page.tsx
    /// "use client"
    ///
    /// export default function Page() {
    ///   const load = () => fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`)
    ///   return <button onClick={load}>load</button>
    /// }
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.0" } }
    /// ```
    /// ```ts bad web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ plugins: [jwt({ jwt: { definePayload: ({ user }) => ({ email: user.email }) } })] })
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
    ///   const load = async () => {
    ///     const { data } = await authClient.token()
    ///     await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: `Bearer ${data?.token}` } })
    ///   }
    ///   return <button onClick={load}>load</button>
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
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     return []
    /// ```
    "call-without-token" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = refused(subject, RULE.id, &[Topic::Absence]);
    // Where the API asks for a cookie, the browser has it and keeps it back.
    found.retain(|finding| !asks_for_cookie(subject, finding));
    if found.is_empty() {
        found.extend(subject.pairs.iter().flat_map(forgotten));
    }
    found.extend(subject.webs.iter().flat_map(unreadable));
    found
}

/// Requests whose header is to carry what no script can read.
fn unreadable(web: &Web) -> Vec<Finding> {
    let mut wrappers: BTreeMap<&Place, &Call> = BTreeMap::new();
    for call in &web.calls {
        if call.origin.absent == Some(Absent::HttpOnlyCookie)
            && call.reached
            && !is_aside(&call.place.file)
        {
            wrappers.entry(&call.wrapper).or_insert(call);
        }
    }
    let findings = wrappers.into_iter().map(|(wrapper, call)| {
        let finding = Finding::new(
            RULE.id,
            Severity::Warning,
            wrapper.clone(),
            "the token is to come from the session cookie, which no script can read",
        )
        .label("sent without a token")
        .why("Better Auth sets the cookie as `httpOnly`: `document.cookie` does not show it, and the header is never set")
        .help("ask for a token: `(await authClient.token()).data?.token`, or have the API read the cookie, and send it with `credentials: \"include\"`");
        match &call.origin.place {
            Some(place) => finding.related(place.clone(), "never holds it"),
            None => finding,
        }
    });
    findings.collect()
}

/// Calls that go without the credential which others carry, to routes that ask for it: one finding a wrapper.
fn forgotten(pair: &Paired<'_>) -> Vec<Finding> {
    // To an API that reads no cookie a call that carries them alone brings nothing.
    let carries = |call: &Call| {
        call.credential != CredentialKind::None
            && (pair.reads_cookies || call.credential != CredentialKind::Cookie)
    };
    let carried = pair
        .exchanges
        .iter()
        .find(|(call, route)| carries(call) && route.is_some_and(asks));
    let Some((carried, _)) = carried else {
        return Vec::new();
    };
    let mut wrappers: BTreeMap<&Place, Vec<(&Call, &Route)>> = BTreeMap::new();
    for (call, route) in &pair.exchanges {
        // What can carry no header is told by a rule of its own.
        let nothing = !matches!(call.via, Via::EventSource { .. })
            && call.credential == CredentialKind::None
            && call.origin.issuer == IssuerKind::None
            && call.origin.others.is_empty();
        let Some(route) = route.filter(|route| asks(route)) else {
            continue;
        };
        if nothing && call.reached && !is_aside(&call.place.file) {
            wrappers
                .entry(&call.wrapper)
                .or_default()
                .push((call, route));
        }
    }
    wrappers
        .values()
        .filter_map(|calls| {
            let ((call, route), others) = calls.split_first()?;
            let finding = Finding::new(
                RULE.id,
                Severity::Error,
                call.place.clone(),
                format!(
                    "`{} {}` asks for a person, and this call carries no credential",
                    route.method, route.path
                ),
            )
            .confidence(Confidence::Medium)
            .label("sent without one")
            .related(route.place.clone(), "always answers 401")
            .related(
                carried
                    .origin
                    .place
                    .clone()
                    .unwrap_or_else(|| carried.place.clone()),
                "other calls carry this",
            )
            .why("people are logged in, and this part of the page gets 401")
            .help("make the call by the function that the others go through")
            .fix(Fix::Suggested);
            Some(finding.also(others.iter().map(|(call, _)| &call.place), "and this call"))
        })
        .collect()
}

fn asks(route: &Route) -> bool {
    route.authentication == Authentication::Required
}
