use std::collections::BTreeMap;

use betroth_agreement::path_segments;
use betroth_report::{Finding, Fix, Severity};
use betroth_source_python::Route;
use betroth_source_typescript::Call;

use super::{Subject, rule};
use crate::access::is_aside;
use crate::observe::whole_path;

rule! {
    /// A call ends in a slash and the route does not, or the other way round.
    ///
    /// FastAPI answers such a call with a redirect (307) to the other form. Behind a proxy that ends TLS the redirect leads to
    /// `http://`: the browser blocks it, or sends the call on without its `Authorization` header, and the API answers 401.
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
    ///   await fetch("https://api.example.com/tasks/", { headers: { Authorization: `Bearer ${data?.token}` } })
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
    ///   await fetch("https://api.example.com/tasks", { headers: { Authorization: `Bearer ${data?.token}` } })
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
    "trailing-slash-redirect" { severity: Note, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut redirected: BTreeMap<(&str, &str), (&Route, Vec<&Call>)> = BTreeMap::new();
    for pair in subject.pairs {
        for (call, route) in &pair.exchanges {
            let Some(route) = route.filter(|_| call.reached && !is_aside(&call.place.file)) else {
                continue;
            };
            let path = whole_path(call);
            // What stands after a part that is not known may be a query, or begin with a slash.
            let told = !path.ends_with('}') && !path_segments(&path).is_empty();
            let other = path.ends_with('/') != route.path.ends_with('/');
            let both = pair.routes.iter().any(|(_, known)| {
                known.method == route.method
                    && known.path.trim_end_matches('/') == route.path.trim_end_matches('/')
                    && known.path.ends_with('/') == path.ends_with('/')
            });
            if told && other && !both && route.path != "/" {
                let key = (route.method.as_str(), route.path.as_str());
                redirected
                    .entry(key)
                    .or_insert_with(|| (route, Vec::new()))
                    .1
                    .push(call);
            }
        }
    }
    let mut found = redirected.into_values();
    let Some((route, calls)) = found.next() else {
        return Vec::new();
    };
    let Some(first) = calls.first() else {
        return Vec::new();
    };
    let finding = Finding::new(
        RULE.id,
        Severity::Note,
        first.place.clone(),
        format!(
            "the call {} a slash at its end, `{} {}` {}",
            if route.path.ends_with('/') { "lacks" } else { "has" },
            route.method,
            route.path,
            if route.path.ends_with('/') { "has one" } else { "has none" }
        ),
    )
    .label("answered with a redirect")
    .related(route.place.clone(), "served here")
    .why("behind a proxy that ends TLS the redirect leads to `http://`, and the call arrives without its header or not at all")
    .help("write the path as the route has it")
    .fix(Fix::Suggested);
    vec![
        found
            .take(4)
            .fold(finding, |finding, (_, calls)| match calls.first() {
                Some(call) => finding.related(call.place.clone(), "and this call"),
                None => finding,
            }),
    ]
}
