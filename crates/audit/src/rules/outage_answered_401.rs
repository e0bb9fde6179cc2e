use betroth_report::{Finding, Severity};
use betroth_source_python::WaitsFor;

use super::{Subject, rule};
use crate::access::is_aside;

rule! {
    /// An outage of the auth service is answered like a bad token.
    ///
    /// A broad `except` around the verification turns every failure into 401: also that the keys could not be fetched, or that the auth service did
    /// not answer. The front end takes that for an ended session and logs people out, and whoever looks into it looks for a fault in the token.
    /// What cannot be told now is 503, with `Retry-After` (RFC 9110 section 15.6.4).
    ///
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
    ///     except Exception:
    ///         raise HTTPException(status_code=401)
    ///
    /// app = FastAPI()
    ///
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     return []
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
    ///     except jwt.PyJWKClientConnectionError:
    ///         raise HTTPException(status_code=503, headers={"Retry-After": "5"})
    ///     except jwt.PyJWTError:
    ///         raise HTTPException(status_code=401)
    ///
    /// app = FastAPI()
    ///
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     return []
    /// ```
    "outage-answered-401" { severity: Note, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    subject
        .python
        .outages
        .iter()
        .filter(|outage| outage.reached && !is_aside(&outage.place.file))
        .map(|outage| {
            let what = match outage.waits_for {
                WaitsFor::KeySet => "the issuer's keys could not be fetched",
                _ => "the auth service does not answer",
            };
            Finding::new(
                RULE.id,
                Severity::Note,
                outage.place.clone(),
                format!("`{}` answers 401 where {what}", outage.callable),
            )
            .label("takes every failure for a bad credential")
            .why("an outage logs everybody out, and looks like a fault in their tokens")
            .help("catch what an outage raises before it, and answer 503 with `Retry-After`: `except jwt.PyJWKClientConnectionError:`, `except httpx.TransportError:`")
        })
        .collect()
}
