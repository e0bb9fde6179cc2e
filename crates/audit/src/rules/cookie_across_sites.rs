use betroth_agreement::{IssuerKind, Topic, Verdict};
use betroth_report::{Finding, Severity};

use super::algorithm_mismatch::refused;
use super::{Paired, Subject, rule};

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
    let mut found = refused(subject, RULE.id, &[Topic::Site]);
    found.extend(subject.pairs.iter().filter_map(only_on_one_site));
    found
}

/// Where the cookie is all that the API takes, it works as long as both stand on one site: said, since nobody notices before.
fn only_on_one_site(pair: &Paired<'_>) -> Option<Finding> {
    let accepted = pair.agreement.verdict == Verdict::Accepted
        && pair.agreement.issuer.kind == IssuerKind::SessionCookie;
    let place = pair.agreement.issuer.places.first().filter(|_| accepted)?;
    Some(
        Finding::new(
            RULE.id,
            Severity::Note,
            place.clone(),
            "the session cookie is all that the calls to the API carry",
        )
        .label("sent on the front end's own site only")
        .why("it works while both are served from one site; moved to another (`api.other.example`), every call is answered with 401")
        .help("serve the API below the front end's own address, and say so in `betroth.toml`, or send the JWT of the `jwt` plugin"),
    )
}
