use betroth_agreement::IssuerKind;
use betroth_report::{Confidence, Finding, Place, Severity};
use betroth_source_typescript::{Callee, Web};

use super::refresh_missing::renews;
use super::{Subject, rule};
use crate::access::is_aside;

rule! {
    /// A token is asked for once, and used for as long as the page is open.
    ///
    /// A token of Better Auth's `jwt` plugin lives for 15 minutes. Held in a state, a field or a variable that is filled once, it is sent
    /// after its end as well: a page that was left open gets 401 for somebody who is still logged in.
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
    /// ```tsx bad web/app/page.tsx
    /// "use client"
    ///
    /// import { useEffect, useState } from "react"
    /// import { authClient } from "../lib/auth-client"
    ///
    /// export default function Page() {
    ///   const [token, setToken] = useState<string | null>(null)
    ///   useEffect(() => {
    ///     authClient.token().then(({ data }) => setToken(data?.token ?? null))
    ///   }, [])
    ///   const load = () => fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: `Bearer ${token}` } })
    ///   return <button onClick={load}>load</button>
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
    /// ```tsx good web/app/page.tsx
    /// "use client"
    ///
    /// import { authClient } from "../lib/auth-client"
    ///
    /// export default function Page() {
    ///   const load = async () => {
    ///     const { data } = await authClient.token()
    ///     return fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: `Bearer ${data?.token}` } })
    ///   }
    ///   return <button onClick={load}>load</button>
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
    "token-outlived" { severity: Note, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let webs = subject.webs.iter();
    webs.filter_map(|web| of_web(subject, web)).collect()
}

/// One finding a front end, at the first place that keeps a token; what the browser's storage keeps has a rule of its own.
fn of_web(subject: &Subject<'_>, web: &Web) -> Option<Finding> {
    let stored = web.stored.iter().any(|entry| entry.reached);
    if stored || renews(subject, web) || web.looks_for_401 {
        return None;
    }
    let mut files: Vec<&str> = web
        .calls
        .iter()
        .filter(|call| call.callee == Callee::Api && call.reached && !call.server)
        .filter(|call| {
            matches!(
                call.origin.issuer,
                IssuerKind::BetterAuthJwt | IssuerKind::HandSignedJwt | IssuerKind::ApiIssued
            )
        })
        .flat_map(|call| [call.place.file.as_str(), call.wrapper.file.as_str()])
        .filter(|file| !is_aside(file))
        .collect();
    files.sort_unstable();
    files.dedup();
    files.into_iter().find_map(|file| {
        let text = subject.tree.text(file)?;
        // What looks at the end of the token asks for another in time.
        if [".exp", "exp:", "expires", "Expir", "EXPIR"].iter().any(|word| text.contains(word)) {
            return None;
        }
        let (line, column, width) = (1..).zip(text.lines()).find_map(|(number, line)| {
            let (column, width) = keeps(line)?;
            Some((number, column, width))
        })?;
        let place = Place {
            width,
            ..Place::new(file, line, column)
        };
        let filled = filled_at(subject, text, &place);
        let finding = Finding::new(
                RULE.id,
                Severity::Note,
                place,
                "a token is kept here, and used also when it has ended",
            )
            .confidence(Confidence::Medium)
            .label("filled once")
            .why("a page that was left open gets 401 for somebody who is still logged in")
            .help("ask for the token where it is sent (Better Auth keeps the session), or again on 401 and shortly before its `exp`");
        Some(match filled {
            Some(place) => finding.related(place, "filled here"),
            None => finding,
        })
    })
}

/// Where what is declared at a place is first given a token: `setToken(…)`, `this.token = …`, `token = …`.
fn filled_at(subject: &Subject<'_>, text: &str, declared: &Place) -> Option<Place> {
    let name = subject.tree.covered(declared)?;
    let mut chars = name.chars();
    let setter = chars
        .next()
        .map(|first| format!("set{}{}(", first.to_uppercase(), chars.as_str()))?;
    let assigned = format!("{name} = ");
    (1..).zip(text.lines()).find_map(|(number, line)| {
        let later = number > declared.line && !line.contains("null");
        let at = line.find(&setter).or_else(|| line.find(&assigned))?;
        let column = u32::try_from(line[..at].chars().count()).ok()? + 1;
        later.then(|| Place::new(declared.file.clone(), number, column))
    })
}

/// Where a line declares what keeps a token: a state, a field, a variable of the module. Column and width in characters.
fn keeps(line: &str) -> Option<(u32, u32)> {
    let code = line.trim_start();
    let indent = line.chars().count() - code.chars().count();
    let name = if let Some(rest) = code.strip_prefix("const [") {
        rest.contains("useState").then(|| rest.split(',').next())?
    } else if let Some(rest) = code.strip_prefix("let ").filter(|_| indent == 0) {
        rest.split([':', '=', ';', ' ']).next()
    } else if let Some(rest) = code.strip_prefix("private ") {
        rest.split([':', '=', ';', '?', ' ']).next()
    } else {
        None
    }?;
    let plain: String = name
        .chars()
        .filter(|c| *c != '_')
        .flat_map(char::to_lowercase)
        .collect();
    let named = plain.ends_with("token") || plain.ends_with("jwt");
    let at = code.find(name)?;
    let column = u32::try_from(indent + code[..at].chars().count()).ok()? + 1;
    let width = u32::try_from(name.chars().count()).ok()?;
    named.then_some((column, width))
}
