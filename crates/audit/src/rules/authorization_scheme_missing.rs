use betroth_report::{Confidence, Finding, Fix, Severity};

use super::{Subject, rule};
use crate::access::is_aside;
use crate::tree::is_python;

/// What an API reads that asks for the scheme.
const ASKS: &[&str] = &[
    "HTTPBearer",
    "OAuth2PasswordBearer",
    "\"Bearer \"",
    "'Bearer '",
    "\"bearer \"",
    "HTTPAuthorizationCredentials",
];

rule! {
    /// The token is sent without the word `Bearer` before it.
    ///
    /// `Authorization` begins with a scheme and a space (RFC 9110 section 11.6.2, RFC 6750 section 2.1). FastAPI's `HTTPBearer` and
    /// `OAuth2PasswordBearer` take anything else for no credential at all, and answer 401.
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
    ///   await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: data.token } })
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
    "authorization-scheme-missing" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let asked = subject.tree.files.iter().any(|(path, text)| {
        is_python(path) && !is_aside(path) && ASKS.iter().any(|word| text.contains(word))
    });
    if !asked {
        return Vec::new();
    }
    let headers = subject.webs.iter().flat_map(|web| &web.unschemed);
    headers
        .filter(|header| header.reached && !is_aside(&header.place.file))
        .map(|header| {
            Finding::new(
                RULE.id,
                Severity::Error,
                header.place.clone(),
                "the token is sent without the word `Bearer` before it",
            )
            .confidence(Confidence::Medium)
            .label("no scheme, or no space behind it")
            .why("the API takes this for no credential, and answers 401 to somebody who is logged in")
            .help("write the header as `Bearer`, a space, and the token: `Authorization: `Bearer ${token}``")
            .fix(Fix::Suggested)
        })
        .collect()
}
