use betroth_agreement::Topic;
use betroth_report::Finding;

use super::algorithm_mismatch::refused;
use super::{Subject, rule};

rule! {
    /// The front end calls the API without a credential, and the API asks for one.
    ///
    /// The person is logged in at the front end, but no call says so. The API answers 401 to all of them.
    ///
    /// ```ts bad web/app/page.tsx
    /// export default async function Page() {
    ///   await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`)
    ///   return null
    /// }
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0" } }
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
    ///         return jwt.decode(credentials.credentials, os.environ["JWT_SECRET"], algorithms=["HS256"])
    ///     except jwt.PyJWTError:
    ///         raise HTTPException(status_code=401)
    ///
    /// app = FastAPI()
    ///
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     return []
    /// ```
    /// ```ts good web/app/page.tsx
    /// import { SignJWT } from "jose"
    ///
    /// export default async function Page() {
    ///   const key = new TextEncoder().encode(process.env.JWT_SECRET)
    ///   const token = await new SignJWT({ sub: "1" }).setProtectedHeader({ alg: "HS256" }).sign(key)
    ///   await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: `Bearer ${token}` } })
    ///   return null
    /// }
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0", "jose": "6.0.0" } }
    /// ```
    /// ```py good api/main.py
    /// import os
    /// import jwt
    /// from fastapi import Depends, FastAPI, HTTPException
    /// from fastapi.security import HTTPBearer
    ///
    /// bearer = HTTPBearer()
    ///
    /// def current_user(credentials=Depends(bearer)):
    ///     try:
    ///         return jwt.decode(credentials.credentials, os.environ["JWT_SECRET"], algorithms=["HS256"])
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
    refused(subject, RULE.id, &[Topic::Absence])
}
