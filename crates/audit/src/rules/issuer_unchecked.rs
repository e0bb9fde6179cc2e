use betroth_report::{Finding, Severity};

use super::jwt::{is_off, verifiers};
use super::{Subject, rule};

rule! {
    /// A token is verified, and not who issued it.
    ///
    /// Whoever holds the key may sign for more than one service: a staging system with the same secret, a second tenant of the
    /// auth service, a link in a mail. A verifier that does not compare `iss` takes them all (RFC 8725 section 3.8).
    ///
    /// ```py bad backend/main.py
    /// import os
    /// import jwt
    /// from fastapi import Depends, FastAPI, HTTPException
    /// from fastapi.security import HTTPBearer
    ///
    /// bearer = HTTPBearer()
    /// keys = jwt.PyJWKClient(os.environ["JWKS_URL"])
    ///
    /// def current_user(credentials=Depends(bearer)):
    ///     token = credentials.credentials
    ///     try:
    ///         key = keys.get_signing_key_from_jwt(token).key
    ///         return jwt.decode(token, key, algorithms=["EdDSA"], audience=os.environ["AUDIENCE"])
    ///     except jwt.PyJWTError:
    ///         raise HTTPException(status_code=401)
    ///
    /// app = FastAPI()
    ///
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     return []
    /// ```
    /// ```py good backend/main.py
    /// import os
    /// import jwt
    /// from fastapi import Depends, FastAPI, HTTPException
    /// from fastapi.security import HTTPBearer
    ///
    /// bearer = HTTPBearer()
    /// keys = jwt.PyJWKClient(os.environ["JWKS_URL"])
    ///
    /// def current_user(credentials=Depends(bearer)):
    ///     token = credentials.credentials
    ///     try:
    ///         key = keys.get_signing_key_from_jwt(token).key
    ///         return jwt.decode(
    ///             token,
    ///             key,
    ///             algorithms=["EdDSA"],
    ///             audience=os.environ["AUDIENCE"],
    ///             issuer=os.environ["ISSUER"],
    ///         )
    ///     except jwt.PyJWTError:
    ///         raise HTTPException(status_code=401)
    ///
    /// app = FastAPI()
    ///
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     return []
    /// ```
    "issuer-unchecked" { severity: Warning, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    verifiers(subject)
        .iter()
        .filter(|verifier| !verifier.reads_claim(subject, "iss"))
        .filter_map(|verifier| {
            verifier.where_lacking(|found| {
                !found.fact.checks_issuer && !is_off(found, "verify_iss")
            })
        })
        .map(|verifier| {
            let found = verifier.first();
            let audience = !found.fact.checks_audience && !is_off(found, "verify_aud");
            let (lacking, help) = if audience {
                (
                    ", but neither who issued it nor for whom",
                    "pass what the token must say: `issuer=…, audience=…`, as the issuer sends them",
                )
            } else {
                (", but not who issued it", "pass the issuer: `issuer=…`, as the token names it in `iss`")
            };
            verifier
                .finding(RULE.id, Severity::Warning, lacking, "does not check `iss`")
                .why("a token that the same key signed for another service, or for another purpose, passes here")
                .help(help)
        })
        .collect()
}
