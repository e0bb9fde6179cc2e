use betroth_report::{Finding, Severity};

use super::jwt::{is_off, verifiers};
use super::{Subject, rule};

rule! {
    /// A token without `exp` is taken for ever.
    ///
    /// Most libraries compare `exp` where it is there and ask nothing where it is not. As long as every issuer sets it, nothing
    /// happens; one token that was made without it, in a script or by a change of the issuer, never ends (RFC 9068 section 2.2
    /// makes it a must).
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
    ///             options={"require": ["exp"]},
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
    "expiry-optional" { severity: Note, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    verifiers(subject)
        .iter()
        .filter_map(|verifier| {
            verifier
                .where_lacking(|found| !found.fact.requires_expiry && !is_off(found, "verify_exp"))
        })
        .map(|verifier| {
            let library = verifier.first().fact.library.as_deref();
            let help = match library {
                Some("jose") => "ask for it: `options={\"require_exp\": True}`",
                Some("jwt") => "ask for it: `options={\"require\": [\"exp\"]}`; PyJWT takes no notice of `require_exp`",
                _ => "refuse a token that has no `exp`",
            };
            verifier
                .finding(
                    RULE.id,
                    Severity::Note,
                    "that need not expire",
                    "asks for no `exp`",
                )
                .why("a token that was issued without `exp` works for ever")
                .help(help)
        })
        .collect()
}
