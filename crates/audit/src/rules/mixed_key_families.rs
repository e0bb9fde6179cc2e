use betroth_agreement::{Algorithm, Evidence};
use betroth_report::{Finding, Severity};

use super::jwt::verifiers;
use super::{Subject, rule};

rule! {
    /// A verifier takes signatures of a key pair and MACs of a secret with the same key.
    ///
    /// A key set is public. Where a verifier takes `HS256` beside `EdDSA` or `RS256`, whoever downloads the public key can
    /// use it as the secret of a MAC, and some libraries take that token (RFC 8725 section 3.1, "algorithm confusion"). One verifier, one
    /// kind of key.
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
    ///         return jwt.decode(token, key, algorithms=["EdDSA", "HS256"], audience=os.environ["AUDIENCE"])
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
    "mixed-key-families" { severity: Warning, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    verifiers(subject)
        .iter()
        .filter_map(|verifier| verifier.where_lacking(|found| is_mixed(&found.fact.algorithms)))
        .map(|verifier| {
            verifier
                .finding(
                    RULE.id,
                    Severity::Warning,
                    "by a public key and by a shared secret alike",
                    "both kinds of algorithm",
                )
                .why("whoever knows the public key may sign a token with it as the secret, where the library allows it")
                .help("name the algorithms of the issuer's keys alone, such as `algorithms=[\"EdDSA\"]`")
        })
        .collect()
}

/// Whether a list names algorithms of both kinds: HMAC (RFC 7518 section 3.2), and signatures.
fn is_mixed(algorithms: &[Evidence<Algorithm>]) -> bool {
    let names = || {
        algorithms
            .iter()
            .filter_map(|one| one.value.possible())
            .flatten()
    };
    names().any(|name| name.starts_with("HS")) && names().any(|name| !name.starts_with("HS"))
}
