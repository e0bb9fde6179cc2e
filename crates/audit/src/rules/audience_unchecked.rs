use betroth_report::{Finding, Severity};

use super::jwt::{is_off, verifiers};
use super::{Subject, rule};

rule! {
    /// A token is verified, and not for whom it was issued.
    ///
    /// A token that the same issuer made for another service passes here, and whoever that service is can use it: the one that
    /// received it is taken for the person (RFC 8725 section 3.9). Where neither issuer nor audience is compared,
    /// `issuer-unchecked` says so.
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
    ///         return jwt.decode(token, key, algorithms=["EdDSA"], issuer=os.environ["ISSUER"])
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
    "audience-unchecked" { severity: Warning, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    verifiers(subject)
        .iter()
        .filter(|verifier| !verifier.reads_claim(subject, "aud"))
        .filter_map(|verifier| {
            let issuer_by_hand = verifier.reads_claim(subject, "iss");
            verifier.where_lacking(|found| {
                (found.fact.checks_issuer || issuer_by_hand)
                    && !found.fact.checks_audience
                    && !is_off(found, "verify_aud")
            })
        })
        .map(|verifier| {
            verifier
                .finding(
                    RULE.id,
                    Severity::Warning,
                    ", but not for whom it was issued",
                    "does not check `aud`",
                )
                .why("a token that the issuer made for another service passes here")
                .help("pass the audience: `audience=…`, as the token names it in `aud`")
        })
        .collect()
}
