use betroth_agreement::Topic;
use betroth_report::Finding;

use super::algorithm_mismatch::refused;
use super::{Subject, rule};

rule! {
    /// The front end sends one kind of credential, the API asks for another.
    ///
    /// Better Auth's session token is a random text, not a JWT: a verifier of JWTs answers "not enough segments", and 401.
    /// The value of its cookie is the token with a signature behind it, so it equals no token in the database.
    ///
    /// ```ts bad web/lib/auth-client.ts
    /// import { createAuthClient } from "better-auth/react"
    ///
    /// export const authClient = createAuthClient()
    /// ```
    /// ```ts bad web/app/page.tsx
    /// import { headers } from "next/headers"
    /// import { authClient } from "../lib/auth-client"
    ///
    /// export default async function Page() {
    ///   const { data } = await authClient.getSession({ fetchOptions: { headers: await headers() } })
    ///   await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: `Bearer ${data?.session.token}` } })
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
    "credential-kind-mismatch" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    refused(subject, RULE.id, &[Topic::Credential])
}
