use betroth_report::{Finding, Severity};
use betroth_source_typescript::Web;

use crate::access::root_of;

use super::{Subject, rule};

rule! {
    /// A rewrite hands the session cookie to the API.
    ///
    /// A rewrite in `next.config` passes the browser's request on as it is, with all cookies of the front end. The API verifies a token and
    /// has no use for the session; whoever reads its logs, or takes it over, can act as each visitor on the auth service too.
    ///
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
    ///   await fetch("/backend/tasks", { headers: { Authorization: `Bearer ${data?.token}` } })
    ///   return null
    /// }
    /// ```
    /// ```ts bad web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ plugins: [jwt({ jwt: { definePayload: ({ user }) => ({ email: user.email }) } })] })
    /// ```
    /// ```ts bad web/app/api/auth/route.ts
    /// import { toNextJsHandler } from "better-auth/next-js"
    /// import { auth } from "../../../lib/auth"
    ///
    /// export const { GET, POST } = toNextJsHandler(auth)
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.4.0" } }
    /// ```
    /// ```js bad web/next.config.mjs
    /// export default {
    ///   async rewrites() {
    ///     return [{ source: "/backend/:path*", destination: "https://api.example.com/:path*" }]
    ///   },
    /// }
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
    /// ```ts good web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ plugins: [jwt({ jwt: { definePayload: ({ user }) => ({ email: user.email }) } })] })
    /// ```
    /// ```ts good web/app/api/auth/route.ts
    /// import { toNextJsHandler } from "better-auth/next-js"
    /// import { auth } from "../../../lib/auth"
    ///
    /// export const { GET, POST } = toNextJsHandler(auth)
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
    "rewrite-forwards-session" { severity: Note, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    subject
        .webs
        .iter()
        .filter_map(|web| finding(subject, web))
        .collect()
}

/// One finding a front end, at its first such rewrite.
fn finding(subject: &Subject<'_>, web: &Web) -> Option<Finding> {
    let root = root_of(web);
    let session_here = web
        .auth
        .iter()
        .any(|server| server.reached && server.root == web.root);
    let by_token = subject.pairs.iter().any(|pair| {
        pair.agreement.web_root == root && !pair.by_cookie && !pair.exchanges.is_empty()
    });
    if !session_here || !by_token {
        return None;
    }
    let mut rewrites = web.rewrites.iter().filter(|rewrite| {
        let to = &rewrite.destination;
        let elsewhere = to.value.contains("://") || to.environment.is_some();
        // What is answered below Better Auth's own path carries the cookie rightly.
        elsewhere
            && !rewrite.source.starts_with("/api/auth")
            && !is_served(subject, web, &rewrite.source)
    });
    let first = rewrites.next()?;
    let finding = Finding::new(
        RULE.id,
        Severity::Note,
        first.place.clone(),
        format!("`{}` hands the session cookie to the API", first.source),
    )
    .label("passes every cookie on")
    .why("the API asks for a token; the session in its logs and its memory opens the auth service too")
    .help("put a route handler there that asks for a token, sends it in `Authorization`, and leaves `Cookie` out");
    Some(finding.also(rewrites.map(|rewrite| &rewrite.place), "and this"))
}

/// Whether a route handler of the front end answers the path before a rewrite is asked.
fn is_served(subject: &Subject<'_>, web: &Web, path: &str) -> bool {
    let root = match web.root.as_str() {
        "" => String::new(),
        root => format!("{root}/"),
    };
    ["app", "src/app"].iter().any(|folder| {
        ["ts", "js"].iter().any(|end| {
            subject
                .tree
                .text(&format!("{root}{folder}{path}/route.{end}"))
                .is_some()
        })
    })
}
