use betroth_report::{Finding, Fix, Severity};

use super::{Subject, rule};
use crate::access::is_aside;

rule! {
    /// The issuer's keys are fetched anew for every caller.
    ///
    /// A client that is made inside the function keeps nothing from one call to the next: each request to the API becomes a request
    /// to the issuer, which is slow, runs into the issuer's rate limit, and makes every outage of the issuer one of the API.
    ///
    /// ```py bad backend/main.py
    /// import os
    /// import jwt
    /// from fastapi import Depends, FastAPI, HTTPException
    /// from fastapi.security import HTTPBearer
    ///
    /// bearer = HTTPBearer()
    /// issuer = os.environ["BETTER_AUTH_URL"]
    ///
    /// def current_user(credentials=Depends(bearer)):
    ///     token = credentials.credentials
    ///     keys = jwt.PyJWKClient(f"{issuer}/api/auth/jwks")
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
    "jwks-uncached" { severity: Warning, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let found = subject.python.uncached_key_sets.iter();
    found
        .filter(|set| set.reached && !is_aside(&set.place.file))
        .map(|set| {
            Finding::new(
                RULE.id,
                Severity::Warning,
                set.place.clone(),
                format!("`{}` fetches the issuer's keys anew for every caller", set.callable),
            )
            .label("keeps nothing for the next call")
            .why("each request to the API waits for one to the issuer, and fails when that fails")
            .help("make the client once, at the top of the module: `keys = PyJWKClient(url)`; it keeps the set for five minutes")
            .fix(Fix::Suggested)
        })
        .collect()
}
