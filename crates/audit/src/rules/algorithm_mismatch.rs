use betroth_agreement::{Difference, Topic, Verdict};
use betroth_report::{Confidence, Finding, Fix, Severity};

use super::{Paired, Subject, rule};

rule! {
    /// The front end signs with one algorithm, the API verifies with another.
    ///
    /// Better Auth's `jwt` plugin signs with `EdDSA` and a key pair of which it publishes the public half under
    /// `/api/auth/jwks`. A verifier that expects HS256 and a shared secret refuses every one of these tokens, whatever the
    /// secret is: people are logged in, and the API answers 401. A library that does not know the algorithm, or that is told
    /// no audience though the token names one, ends the same way.
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
    ///   await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: `Bearer ${data?.token}` } })
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
    ///
    /// def current_user(credentials=Depends(bearer)):
    ///     try:
    ///         return jwt.decode(credentials.credentials, os.environ["BETTER_AUTH_SECRET"], algorithms=["HS256"])
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
    /// ```ts good web/app/page.tsx
    /// import { headers } from "next/headers"
    /// import { authClient } from "../lib/auth-client"
    ///
    /// export default async function Page() {
    ///   const { data } = await authClient.token({ fetchOptions: { headers: await headers() } })
    ///   await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: `Bearer ${data?.token}` } })
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
    /// ```
    "algorithm-mismatch" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    refused(subject, RULE.id, &[Topic::Algorithm])
}

/// One finding for each pair that is refused over one of the topics, with both places.
pub(super) fn refused(subject: &Subject<'_>, rule: &'static str, topics: &[Topic]) -> Vec<Finding> {
    subject
        .pairs
        .iter()
        .filter(|pair| pair.agreement.verdict == Verdict::Refused)
        .filter_map(|pair| {
            let difference = pair.agreement.differences.first()?;
            topics
                .contains(&difference.topic)
                .then(|| finding(rule, pair, difference))
        })
        .collect()
}

fn finding(rule: &'static str, pair: &Paired<'_>, difference: &Difference) -> Finding {
    let (api, at_api) = &difference.api;
    let (web, at_web) = &difference.web;
    Finding::new(
        rule,
        Severity::Error,
        api.clone(),
        difference.message.clone(),
    )
    .confidence(if pair.agreement.issuer.certain {
        Confidence::High
    } else {
        Confidence::Medium
    })
    .label(at_api.clone())
    .related(web.clone(), at_web.clone())
    .why("people are logged in, and the API answers 401")
    .help(difference.cure.clone())
    .fix(Fix::Suggested)
}
