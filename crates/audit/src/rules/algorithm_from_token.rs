use betroth_report::{Finding, Severity};

use super::jwt::verifiers;
use super::{Subject, rule};

rule! {
    /// The token says by which algorithm it is verified.
    ///
    /// The header of a token is written by whoever made it. A verifier that takes the algorithm from there leaves the choice to an
    /// attacker: a key meant for one algorithm is then used with another (RFC 8725 sections 2.1 and 3.1).
    /// The API knows with what its issuer signs; it has to name that.
    ///
    /// ```py bad backend/main.py
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
    ///         algorithm = jwt.get_unverified_header(token)["alg"]
    ///         key = keys.get_signing_key_from_jwt(token).key
    ///         return jwt.decode(token, key, algorithms=[algorithm], issuer=issuer, audience=issuer)
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
    "algorithm-from-token" { severity: Warning, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    verifiers(subject)
        .iter()
        .filter_map(|verifier| verifier.where_lacking(|found| found.token_chooses.is_some()))
        .filter_map(|verifier| {
            let chooses = verifier.first().token_chooses.clone()?;
            let (severity, lacking, label) = if chooses.listed {
                (
                    Severity::Note,
                    "by one of several algorithms, as the token itself says",
                    "any of the list",
                )
            } else {
                (
                    Severity::Warning,
                    "by whatever algorithm the token itself names",
                    "the token decides",
                )
            };
            Some(
                verifier
                    .finding(RULE.id, severity, lacking, label)
                    .related(chooses.place, "read from the token's header")
                    .why("who makes a token chooses how it is verified: a key meant for one algorithm is used with another")
                    .help("name what the issuer signs with: `algorithms=[\"EdDSA\"]` for Better Auth's `jwt` plugin"),
            )
        })
        .collect()
}
