use betroth_agreement::Topic;
use betroth_report::{Finding, Related};

use super::algorithm_mismatch::refused;
use super::{Subject, rule};

rule! {
    /// The API asks for the session cookie, and the browser is not told to send it.
    ///
    /// `fetch` sends cookies to its own origin alone, unless it is told `credentials: "include"`; axios likewise without `withCredentials`.
    /// The person is logged in, the cookie is there, and the API sees none and answers 401.
    ///
    /// ```ts bad web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    ///
    /// export const auth = betterAuth({ baseURL: "https://app.example.com" })
    /// ```
    /// ```ts bad web/lib/auth-client.ts
    /// import { createAuthClient } from "better-auth/react"
    ///
    /// export const authClient = createAuthClient()
    /// ```
    /// ```ts bad web/app/page.tsx
    /// "use client"
    ///
    /// export async function tasks() {
    ///   const answer = await fetch("https://api.example.com/tasks")
    ///   return answer.json()
    /// }
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.4.0" } }
    /// ```
    /// ```py bad api/main.py
    /// import httpx
    /// from fastapi import Depends, FastAPI, HTTPException, Request
    ///
    /// async def current_user(request: Request):
    ///     async with httpx.AsyncClient() as client:
    ///         answer = await client.get("https://app.example.com/api/auth/get-session", cookies=request.cookies)
    ///     session = answer.json()
    ///     if not session:
    ///         raise HTTPException(status_code=401)
    ///     return session["user"]
    ///
    /// app = FastAPI()
    ///
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     return []
    /// ```
    /// ```ts good web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    ///
    /// export const auth = betterAuth({ baseURL: "https://app.example.com" })
    /// ```
    /// ```ts good web/lib/auth-client.ts
    /// import { createAuthClient } from "better-auth/react"
    ///
    /// export const authClient = createAuthClient()
    /// ```
    /// ```ts good web/app/page.tsx
    /// "use client"
    ///
    /// export async function tasks() {
    ///   const answer = await fetch("https://api.example.com/tasks", { credentials: "include" })
    ///   return answer.json()
    /// }
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.4.0" } }
    /// ```
    /// ```py good api/main.py
    /// import httpx
    /// from fastapi import Depends, FastAPI, HTTPException, Request
    ///
    /// async def current_user(request: Request):
    ///     async with httpx.AsyncClient() as client:
    ///         answer = await client.get("https://app.example.com/api/auth/get-session", cookies=request.cookies)
    ///     session = answer.json()
    ///     if not session:
    ///         raise HTTPException(status_code=401)
    ///     return session["user"]
    ///
    /// app = FastAPI()
    ///
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     return []
    /// ```
    "credentials-not-included" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = refused(subject, RULE.id, &[Topic::Absence]);
    found.retain(|finding| asks_for_cookie(subject, finding));
    for finding in &mut found {
        // The call is what has to change.
        if let Some(call) = finding.related.pop() {
            let api = std::mem::replace(&mut finding.place, call.place);
            finding.related.push(Related {
                place: api,
                message: "asks for the cookie".to_owned(),
            });
        }
        "the API asks for the session cookie, and this call does not send it"
            .clone_into(&mut finding.message);
        "sends no cookie to another origin".clone_into(&mut finding.label);
        "add `credentials: \"include\"` (axios: `withCredentials: true`), and let the API's CORS name the front end's origin with `allow_credentials=True`"
            .clone_into(&mut finding.help);
    }
    found
}

/// Whether the API of a refusal reads a cookie, and no header.
pub(super) fn asks_for_cookie(subject: &Subject<'_>, finding: &Finding) -> bool {
    subject.tree.text(&finding.place.file).is_some_and(|text| {
        let cookie =
            text.contains(".cookies") || text.contains("Cookie(") || text.contains("APIKeyCookie");
        let header = ["HTTPBearer", "OAuth2PasswordBearer", "uthorization"]
            .iter()
            .any(|word| text.contains(word));
        cookie && !header
    })
}
