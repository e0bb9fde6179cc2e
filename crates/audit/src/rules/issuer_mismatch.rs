use betroth_agreement::Topic;
use betroth_report::Finding;

use super::algorithm_mismatch::refused;
use super::{Subject, rule};

rule! {
    /// The token names another issuer than the API takes.
    ///
    /// `iss` is compared letter by letter (RFC 7519 section 4.1.1): a slash at the end, another port, `http` in place of `https`, and every token
    /// is refused. Better Auth writes the origin of `baseURL`, without a path and without a slash, unless `jwt.issuer` says otherwise.
    ///
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.0" } }
    /// ```
    /// ```ts bad web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({
    ///   baseURL: "https://notes.example.com",
    ///   plugins: [jwt({ jwt: { definePayload: ({ user }) => ({ email: user.email }) } })],
    /// })
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
    ///   const load = async () => {
    ///     const { data } = await authClient.token()
    ///     await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: `Bearer ${data?.token}` } })
    ///   }
    ///   return <button onClick={load}>load</button>
    /// }
    /// ```
    /// ```py bad api/main.py
    /// import jwt
    /// from fastapi import Depends, FastAPI, HTTPException
    /// from fastapi.security import HTTPBearer
    ///
    /// bearer = HTTPBearer()
    /// keys = jwt.PyJWKClient("https://notes.example.com/api/auth/jwks")
    ///
    /// def current_user(credentials=Depends(bearer)):
    ///     token = credentials.credentials
    ///     try:
    ///         key = keys.get_signing_key_from_jwt(token).key
    ///         return jwt.decode(token, key, algorithms=["EdDSA"], issuer="https://notes.example.com/", audience="https://notes.example.com")
    ///     except jwt.PyJWTError:
    ///         raise HTTPException(status_code=401)
    ///
    /// app = FastAPI()
    ///
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     return []
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.0" } }
    /// ```
    /// ```ts good web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({
    ///   baseURL: "https://notes.example.com",
    ///   plugins: [jwt({ jwt: { definePayload: ({ user }) => ({ email: user.email }) } })],
    /// })
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
    /// ```py good api/main.py
    /// import jwt
    /// from fastapi import Depends, FastAPI, HTTPException
    /// from fastapi.security import HTTPBearer
    ///
    /// bearer = HTTPBearer()
    /// keys = jwt.PyJWKClient("https://notes.example.com/api/auth/jwks")
    ///
    /// def current_user(credentials=Depends(bearer)):
    ///     token = credentials.credentials
    ///     try:
    ///         key = keys.get_signing_key_from_jwt(token).key
    ///         return jwt.decode(token, key, algorithms=["EdDSA"], issuer="https://notes.example.com", audience="https://notes.example.com")
    ///     except jwt.PyJWTError:
    ///         raise HTTPException(status_code=401)
    ///
    /// app = FastAPI()
    ///
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     return []
    /// ```
    "issuer-mismatch" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    refused(subject, RULE.id, &[Topic::Issuer])
}
