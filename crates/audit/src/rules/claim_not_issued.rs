use betroth_agreement::{CredentialKind, IssuerKind, VerifierKind};
use betroth_report::{Finding, Fix, Severity};
use betroth_source_python::{NeededClaim, Verification};
use betroth_source_typescript::{BetterAuthConfig, JwtOptions};

use super::{Paired, Subject, rule};
use crate::access::{is_aside, is_within};

rule! {
    /// The API needs a claim that the issuer does not write.
    ///
    /// Better Auth writes the user's id as `sub`, beside `iss`, `aud`, `iat` and `exp`; the rest is what `definePayload` returns, or the whole user where
    /// there is none. An API that looks for `user_id` finds nothing in a token that is valid, and answers 401 or 500.
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
    /// keys = jwt.PyJWKClient(f"{issuer}/api/auth/jwks")
    ///
    /// def current_user(credentials=Depends(bearer)):
    ///     token = credentials.credentials
    ///     try:
    ///         key = keys.get_signing_key_from_jwt(token).key
    ///         claims = jwt.decode(token, key, algorithms=["EdDSA"], issuer=issuer, audience=issuer)
    ///     except jwt.PyJWTError:
    ///         raise HTTPException(status_code=401)
    ///     user_id = claims.get("user_id")
    ///     if user_id is None:
    ///         raise HTTPException(status_code=401)
    ///     return user_id
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
    ///         claims = jwt.decode(token, key, algorithms=["EdDSA"], issuer=issuer, audience=issuer)
    ///     except jwt.PyJWTError:
    ///         raise HTTPException(status_code=401)
    ///     user_id = claims.get("sub")
    ///     if user_id is None:
    ///         raise HTTPException(status_code=401)
    ///     return user_id
    ///
    /// app = FastAPI()
    ///
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     return []
    /// ```
    "claim-not-issued" { severity: Error, check: check }
}

/// Claims that every token of Better Auth's plugin has (`plugins/jwt/sign`), or that are judged elsewhere.
const ALWAYS: [&str; 7] = ["sub", "iss", "aud", "iat", "exp", "nbf", "jti"];
/// Names for the user's id that a row of Better Auth's users does not have.
const NEVER: [&str; 4] = ["user_id", "userId", "userid", "uid"];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = subject
        .pairs
        .iter()
        .filter(|pair| sends_only_better_auth_tokens(pair))
        .filter_map(|pair| Some((pair, issuer(subject, pair)?)))
        .flat_map(|(pair, (server, jwt))| {
            let verifications = subject.python.verifications.iter();
            let mine = verifications.filter(|it| verifies(it, &pair.agreement.api_root));
            let claims = mine.flat_map(|it| &it.needed_claims);
            claims
                .filter(|claim| !is_aside(&claim.place.file) && lacks(server, jwt, &claim.name))
                .map(|claim| finding(claim, jwt))
                .collect::<Vec<_>>()
        })
        .collect();
    found.dedup();
    found
}

/// Whether every credential that the front end of a pair sends is a token of Better Auth's plugin.
pub(super) fn sends_only_better_auth_tokens(pair: &Paired<'_>) -> bool {
    let mut sent = pair
        .exchanges
        .iter()
        .map(|(call, _)| call)
        .filter(|call| call.credential != CredentialKind::None)
        .peekable();
    sent.peek().is_some()
        && sent.all(|call| {
            call.origin.issuer == IssuerKind::BetterAuthJwt && call.origin.others.is_empty()
        })
}

/// The one server whose tokens the front end of a pair sends, and its plugin, where that signs by itself.
pub(super) fn issuer<'a>(
    subject: &Subject<'a>,
    pair: &Paired<'_>,
) -> Option<(&'a BetterAuthConfig, &'a JwtOptions)> {
    let web = subject
        .webs
        .iter()
        .find(|web| crate::access::root_of(web) == pair.agreement.web_root)?;
    let mounted = web.auth.iter().any(|server| server.reached);
    let mut servers = web.auth.iter().filter(|it| it.reached == mounted);
    let (server, None) = (servers.next()?, servers.next()) else {
        return None;
    };
    let jwt = server.jwt.as_ref()?;
    let by_hand = jwt.options.iter().any(|option| option.name == "jwt.sign");
    (!by_hand).then_some((server, jwt))
}

fn verifies(verification: &Verification, api: &str) -> bool {
    let fact = &verification.fact;
    fact.routes > 0
        && matches!(fact.kind, VerifierKind::Jwks | VerifierKind::SharedSecret)
        && is_within(&fact.place.file, api)
}

/// Whether no token of the server has a claim of that name.
fn lacks(server: &BetterAuthConfig, jwt: &JwtOptions, claim: &str) -> bool {
    if ALWAYS.contains(&claim) || jwt.payload_open {
        return false;
    }
    if let Some(names) = &jwt.payload {
        return !names.iter().any(|name| name == claim);
    }
    // Fields of one's own, and of plugins, come beside those that are known.
    let field = format!("user.additionalFields.{claim}");
    NEVER.contains(&claim) && !server.options.iter().any(|option| option.name == field)
}

fn finding(claim: &NeededClaim, jwt: &JwtOptions) -> Finding {
    let writes = match &jwt.payload {
        Some(names) => format!("writes `sub` and {}", listed(names)),
        None => "writes the user's id as `sub`".to_owned(),
    };
    Finding::new(
        RULE.id,
        Severity::Error,
        claim.place.clone(),
        format!("`{}` is needed of the token, and no token has it", claim.name),
    )
    .label("never there")
    .related(jwt.place.clone(), writes)
    .why("people are logged in with a valid token, and the API answers 401, or 500 where nothing catches the `KeyError`")
    .help(format!(
        "read `sub` for the user's id; for anything else let `definePayload` return `{}`",
        claim.name
    ))
    .fix(Fix::Suggested)
}

fn listed(names: &[String]) -> String {
    let named: Vec<String> = names
        .iter()
        .take(4)
        .map(|name| format!("`{name}`"))
        .collect();
    match (named.is_empty(), names.len() > 4) {
        (true, _) => "nothing of the user".to_owned(),
        (false, true) => format!("{}, …", named.join(", ")),
        (false, false) => named.join(", "),
    }
}
