use betroth_report::{Finding, Fix, Severity};
use betroth_source_typescript::{BetterAuthConfig, JwtOptions};

use super::claim_not_issued::{issuer, sends_only_better_auth_tokens};
use super::{Subject, rule};
use crate::access::{is_aside, is_within};

rule! {
    /// The API fetches the keys from a path at which the issuer does not serve them.
    ///
    /// Better Auth serves its JWK set at `basePath` and `jwksPath`, which is `/api/auth/jwks` unless they are set, and at no `.well-known` address. Where the
    /// API asks elsewhere it gets 404, finds no key and refuses every token.
    ///
    /// ```ts bad web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ plugins: [jwt({ jwt: { definePayload: ({ user }) => ({ email: user.email }) } })] })
    /// ```
    /// ```ts bad web/lib/auth-client.ts
    /// import { createAuthClient } from "better-auth/react"
    /// import { jwtClient } from "better-auth/client/plugins"
    ///
    /// export const authClient = createAuthClient({ plugins: [jwtClient()] })
    /// ```
    /// ```tsx bad web/app/page.tsx
    /// import { authClient } from "../lib/auth-client"
    ///
    /// export default async function Page() {
    ///   const { data } = await authClient.token()
    ///   await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: `Bearer ${data?.token}` } })
    ///   return null
    /// }
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.7" } }
    /// ```
    /// ```py bad api/main.py
    /// import os
    /// import jwt
    /// from fastapi import Depends, FastAPI, HTTPException
    /// from fastapi.security import HTTPBearer
    ///
    /// bearer = HTTPBearer()
    /// issuer = os.environ["BETTER_AUTH_URL"]
    /// keys = jwt.PyJWKClient(f"{issuer}/.well-known/jwks.json")
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
    /// export const auth = betterAuth({ plugins: [jwt({ jwt: { definePayload: ({ user }) => ({ email: user.email }) } })] })
    /// ```
    /// ```ts good web/lib/auth-client.ts
    /// import { createAuthClient } from "better-auth/react"
    /// import { jwtClient } from "better-auth/client/plugins"
    ///
    /// export const authClient = createAuthClient({ plugins: [jwtClient()] })
    /// ```
    /// ```tsx good web/app/page.tsx
    /// import { authClient } from "../lib/auth-client"
    ///
    /// export default async function Page() {
    ///   const { data } = await authClient.token()
    ///   await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: `Bearer ${data?.token}` } })
    ///   return null
    /// }
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.7" } }
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
    "jwks-path-mismatch" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for pair in subject
        .pairs
        .iter()
        .filter(|pair| sends_only_better_auth_tokens(pair))
    {
        let Some((server, jwt)) = issuer(subject, pair) else {
            continue;
        };
        let Some(served) = served(server, jwt).filter(|_| !is_handed_on(subject)) else {
            continue;
        };
        let addresses = subject.python.key_set_addresses.iter();
        let mine: Vec<_> = addresses
            .filter(|it| {
                is_within(&it.place.file, &pair.agreement.api_root) && !is_aside(&it.place.file)
            })
            .collect();
        // What stands before the path may hold the rest of it; and of several addresses one may be the right one.
        if mine
            .iter()
            .any(|it| served.ends_with(&it.path) || it.path.ends_with(&served))
        {
            continue;
        }
        found.extend(mine.into_iter().map(|address| {
            Finding::new(
                RULE.id,
                if address.defaulted {
                    Severity::Warning
                } else {
                    Severity::Error
                },
                address.place.clone(),
                format!(
                    "the keys are fetched from `{}`, and served at `{served}`",
                    address.path
                ),
            )
            .label("answers 404")
            .related(jwt.place.clone(), format!("serves them at `{served}`"))
            .why("the API finds no key, and refuses every token with 401 or 500")
            .help(format!("fetch them from `{served}`"))
            .fix(Fix::Suggested)
        }));
    }
    found.dedup();
    found
}

/// The path of the key set, where the source tells it.
fn served(server: &BetterAuthConfig, jwt: &JwtOptions) -> Option<String> {
    let remote = jwt
        .options
        .iter()
        .any(|option| option.name == "jwks.remoteUrl");
    let written = |name: &str| server.options.iter().any(|option| option.name == name);
    let url = server.base_url.as_ref();
    if url.is_some_and(|url| url.value.contains('{') && url.environment.is_none()) {
        return None;
    }
    let behind = url.and_then(|url| {
        let (_, rest) = url.value.split_once("://")?;
        let path = rest[rest.find('/')?..].trim_end_matches('/');
        (!path.is_empty()).then_some(path)
    });
    let base = match (&server.base_path, behind) {
        // Which of the two the server is mounted at is not told.
        (Some(_), Some(_)) => return None,
        (Some(path), None) => path.value.as_str(),
        (None, _) if written("basePath") => return None,
        (None, behind) => behind.unwrap_or_default(),
    };
    let base = if base.is_empty() { "/api/auth" } else { base };
    let keys = jwt
        .jwks_path
        .as_ref()
        .map_or("/jwks", |path| path.value.as_str());
    let told = !remote && !base.contains('{') && !keys.contains('{');
    told.then(|| format!("{}{keys}", base.trim_end_matches('/')))
}

/// Whether a front end or a service hands such an address on: by a rewrite, or by a handler of its own.
fn is_handed_on(subject: &Subject<'_>) -> bool {
    let rewrites = subject.webs.iter().flat_map(|web| &web.rewrites);
    let rewritten = rewrites
        .into_iter()
        .any(|rewrite| rewrite.source.contains("well-known") || rewrite.source.contains("jwk"));
    rewritten
        || subject.tree.files.iter().any(|(path, text)| {
            crate::tree::is_web(path)
                && !is_aside(path)
                && (path.contains("well-known")
                    || path.contains("jwks")
                    || text.contains("well-known/jwks"))
        })
}
