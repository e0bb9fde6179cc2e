use betroth_report::{Finding, Fix, Place, Severity};

use super::{Subject, rule};
use crate::access::{is_verified, is_within};
use crate::environment::EnvironmentKind;

rule! {
    /// The API shows its documentation to everybody.
    ///
    /// FastAPI serves `/docs`, `/redoc` and `/openapi.json` unless it is told not to: every route, parameter and model, also of those that
    /// are meant for the front end alone. It is no hole, and it shortens the way to one.
    ///
    /// ```dockerfile bad api/Dockerfile
    /// FROM python:3.12-slim
    /// CMD ["fastapi", "run", "main.py"]
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
    /// ```dockerfile good api/Dockerfile
    /// FROM python:3.12-slim
    /// CMD ["fastapi", "run", "main.py"]
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
    /// app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    ///
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     return []
    /// ```
    "docs-open-in-production" { severity: Note, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let open = subject.apis().filter(|api| {
        let verified = api
            .routes
            .iter()
            .any(|route| is_verified(&route.authentication));
        api.docs == Some(true) && verified
    });
    open.filter_map(|api| {
        // Without a sign of a deployment there is no production to speak of.
        let image = subject.tree.environments.iter().find(|file| {
            let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            file.kind == EnvironmentKind::Dockerfile
                && (folder.is_empty() || is_within(&api.place.file, folder))
        })?;
        Some(
            Finding::new(
                RULE.id,
                Severity::Note,
                api.place.clone(),
                "the documentation of the API is served to everybody",
            )
            .label("`docs_url` and `openapi_url` are served unless told otherwise")
            .related(Place::new(image.path.clone(), 1, 1), "deployed by this")
            .why("every route, parameter and model is listed there, also those for the front end alone")
            .help("switch them off where the API is deployed: `FastAPI(openapi_url=None if settings.production else \"/openapi.json\")`")
            .fix(Fix::Suggested),
        )
    })
    .collect()
}
