use betroth_agreement::Topic;
use betroth_report::Finding;

use super::algorithm_mismatch::refused;
use super::{Subject, rule};

rule! {
    /// The API waits for a cookie that belongs to another site.
    ///
    /// A browser sends a cookie to the site that set it and to no other, whatever CORS allows. With the auth service on one
    /// domain and the API on another the session never arrives: the person is logged in, and the API answers 401. Two names
    /// below `vercel.app` are two sites; two ports of one host are one.
    ///
    /// ```ts bad web/lib/auth-client.ts
    /// import { createAuthClient } from "better-auth/react"
    ///
    /// export const authClient = createAuthClient({ baseURL: "https://app.example.com" })
    /// ```
    /// ```ts bad web/app/page.tsx
    /// "use client"
    /// import { useEffect } from "react"
    /// import { authClient } from "../lib/auth-client"
    ///
    /// export default function Page() {
    ///   const session = authClient.useSession()
    ///   useEffect(() => {
    ///     fetch("https://api.example.org/tasks", { credentials: "include" })
    ///   }, [])
    ///   return null
    /// }
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.4.0" } }
    /// ```
    /// ```py bad api/main.py
    /// import os
    /// import httpx
    /// from fastapi import Depends, FastAPI, HTTPException, Request
    ///
    /// async def current_user(request: Request):
    ///     async with httpx.AsyncClient() as client:
    ///         answer = await client.get(f"{os.environ['AUTH_URL']}/api/auth/get-session", cookies=request.cookies)
    ///     if answer.status_code != 200 or not answer.json():
    ///         raise HTTPException(status_code=401)
    ///     return answer.json()["user"]
    ///
    /// app = FastAPI()
    ///
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     return []
    /// ```
    /// ```ts good web/lib/auth-client.ts
    /// import { createAuthClient } from "better-auth/react"
    ///
    /// export const authClient = createAuthClient({ baseURL: "https://app.example.com" })
    /// ```
    /// ```ts good web/app/page.tsx
    /// "use client"
    /// import { useEffect } from "react"
    /// import { authClient } from "../lib/auth-client"
    ///
    /// export default function Page() {
    ///   const session = authClient.useSession()
    ///   useEffect(() => {
    ///     fetch("https://api.example.com/tasks", { credentials: "include" })
    ///   }, [])
    ///   return null
    /// }
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.4.0" } }
    /// ```
    /// ```py good api/main.py
    /// import os
    /// import httpx
    /// from fastapi import Depends, FastAPI, HTTPException, Request
    ///
    /// async def current_user(request: Request):
    ///     async with httpx.AsyncClient() as client:
    ///         answer = await client.get(f"{os.environ['AUTH_URL']}/api/auth/get-session", cookies=request.cookies)
    ///     if answer.status_code != 200 or not answer.json():
    ///         raise HTTPException(status_code=401)
    ///     return answer.json()["user"]
    ///
    /// app = FastAPI()
    ///
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     return []
    /// ```
    "cookie-across-sites" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    refused(subject, RULE.id, &[Topic::Site])
}
