use betroth_report::{Finding, Fix, Severity};
use betroth_source_python::Authentication;

use super::{Subject, listed, rule, with_routes};
use crate::access::{is_aside, is_public};

rule! {
    /// A middleware that authenticates lets every path pass, since every path begins with `/`.
    ///
    /// A list of public paths that are compared as prefixes must not hold `/`: `"/tasks".startswith("/")` is true, so the first test lets every request
    /// through, and the verification behind it is never reached. `/` itself is compared as a whole.
    ///
    /// ```py bad api/main.py
    /// import os
    /// import jwt
    /// from fastapi import FastAPI
    /// from sqlmodel import Session, select
    /// from starlette.middleware.base import BaseHTTPMiddleware
    /// from starlette.responses import JSONResponse
    /// from .db import Task, engine
    ///
    /// PUBLIC = ["/", "/docs", "/health"]
    ///
    /// class Authentication(BaseHTTPMiddleware):
    ///     async def dispatch(self, request, call_next):
    ///         if any(request.url.path.startswith(path) for path in PUBLIC):
    ///             return await call_next(request)
    ///         token = request.headers.get("authorization", "").removeprefix("Bearer ")
    ///         try:
    ///             request.state.user = jwt.decode(token, os.environ["JWT_SECRET"], algorithms=["HS256"], issuer="web", audience="api")
    ///         except jwt.PyJWTError:
    ///             return JSONResponse({"detail": "not authenticated"}, status_code=401)
    ///         return await call_next(request)
    ///
    /// app = FastAPI()
    /// app.add_middleware(Authentication)
    ///
    /// @app.get("/tasks")
    /// def list_tasks():
    ///     with Session(engine) as session:
    ///         return session.exec(select(Task)).all()
    /// ```
    /// ```py good api/main.py
    /// import os
    /// import jwt
    /// from fastapi import FastAPI
    /// from sqlmodel import Session, select
    /// from starlette.middleware.base import BaseHTTPMiddleware
    /// from starlette.responses import JSONResponse
    /// from .db import Task, engine
    ///
    /// PUBLIC = ["/docs", "/health"]
    ///
    /// class Authentication(BaseHTTPMiddleware):
    ///     async def dispatch(self, request, call_next):
    ///         if request.url.path == "/" or any(request.url.path.startswith(path) for path in PUBLIC):
    ///             return await call_next(request)
    ///         token = request.headers.get("authorization", "").removeprefix("Bearer ")
    ///         try:
    ///             request.state.user = jwt.decode(token, os.environ["JWT_SECRET"], algorithms=["HS256"], issuer="web", audience="api")
    ///         except jwt.PyJWTError:
    ///             return JSONResponse({"detail": "not authenticated"}, status_code=401)
    ///         return await call_next(request)
    ///
    /// app = FastAPI()
    /// app.add_middleware(Authentication)
    ///
    /// @app.get("/tasks")
    /// def list_tasks():
    ///     with Session(engine) as session:
    ///         return session.exec(select(Task)).all()
    /// ```
    "prefix-lets-all-pass" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for api in subject.apis() {
        for middleware in &api.middlewares {
            let Some(place) = &middleware.passes_all else {
                continue;
            };
            if is_aside(&place.file) || api.routes.is_empty() {
                continue;
            }
            let open = api.routes.iter().filter(|route| {
                route.authentication == Authentication::None
                    && route.touches_data
                    && !is_public(route)
            });
            let open: Vec<_> = open.collect();
            // What a dependency guards besides is not open.
            let (severity, why) = if open.is_empty() {
                (
                    Severity::Warning,
                    "nothing behind it is verified here".to_owned(),
                )
            } else {
                (
                    Severity::Error,
                    format!("anybody may call {}", listed(&open)),
                )
            };
            let finding = Finding::new(
                RULE.id,
                severity,
                place.clone(),
                format!("`{}` lets every path pass", middleware.name),
            )
            .label("every path begins with `/`")
            .related(middleware.place.clone(), "added here")
            .why(why)
            .help("compare `/` as a whole: `path == \"/\" or path.startswith(PUBLIC)`, and leave it out of the prefixes")
            .fix(Fix::Suggested);
            findings.push(with_routes(finding, &open, place));
        }
    }
    findings
}
