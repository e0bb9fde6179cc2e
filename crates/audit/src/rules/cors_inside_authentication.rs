use betroth_report::{Finding, Fix, Severity};
use betroth_source_python::MiddlewareKind;

use super::{Subject, rule};
use crate::access::is_aside;

rule! {
    /// The middleware that authenticates stands around the one that answers CORS.
    ///
    /// What is added last runs first. A browser asks before it calls (`OPTIONS`), without any credential: where the
    /// authentication comes first, that question is refused and no call is made; and every 401 lacks the header without
    /// which the front end may not read it, so that it shows as a "CORS error" and hides the cause.
    ///
    /// ```py bad backend/main.py
    /// import os
    /// import jwt
    /// from fastapi import FastAPI
    /// from fastapi.middleware.cors import CORSMiddleware
    /// from starlette.middleware.base import BaseHTTPMiddleware
    /// from starlette.responses import JSONResponse
    ///
    /// class Authentication(BaseHTTPMiddleware):
    ///     async def dispatch(self, request, call_next):
    ///         token = request.headers.get("authorization", "").removeprefix("Bearer ")
    ///         try:
    ///             request.state.user = jwt.decode(token, os.environ["JWT_SECRET"], algorithms=["HS256"])
    ///         except jwt.PyJWTError:
    ///             return JSONResponse({"detail": "not authenticated"}, status_code=401)
    ///         return await call_next(request)
    ///
    /// app = FastAPI()
    /// app.add_middleware(CORSMiddleware, allow_origins=["https://app.example.com"])
    /// app.add_middleware(Authentication)
    ///
    /// @app.get("/tasks")
    /// def list_tasks():
    ///     return []
    /// ```
    /// ```py good backend/main.py
    /// import os
    /// import jwt
    /// from fastapi import FastAPI
    /// from fastapi.middleware.cors import CORSMiddleware
    /// from starlette.middleware.base import BaseHTTPMiddleware
    /// from starlette.responses import JSONResponse
    ///
    /// class Authentication(BaseHTTPMiddleware):
    ///     async def dispatch(self, request, call_next):
    ///         token = request.headers.get("authorization", "").removeprefix("Bearer ")
    ///         try:
    ///             request.state.user = jwt.decode(token, os.environ["JWT_SECRET"], algorithms=["HS256"])
    ///         except jwt.PyJWTError:
    ///             return JSONResponse({"detail": "not authenticated"}, status_code=401)
    ///         return await call_next(request)
    ///
    /// app = FastAPI()
    /// app.add_middleware(Authentication)
    /// app.add_middleware(CORSMiddleware, allow_origins=["https://app.example.com"])
    ///
    /// @app.get("/tasks")
    /// def list_tasks():
    ///     return []
    /// ```
    "cors-inside-authentication" { severity: Warning, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for api in subject.apis() {
        // Outermost first.
        let mut middlewares = api.middlewares.iter();
        let Some(around) = middlewares
            .by_ref()
            .find(|middleware| middleware.kind == MiddlewareKind::Authentication)
        else {
            continue;
        };
        let Some(inside) =
            middlewares.find(|middleware| matches!(middleware.kind, MiddlewareKind::Cors(_)))
        else {
            continue;
        };
        if is_aside(&around.place.file) {
            continue;
        }
        findings.push(
            Finding::new(
                RULE.id,
                Severity::Warning,
                around.place.clone(),
                format!(
                    "`{}` refuses callers before CORS is answered",
                    around.name
                ),
            )
            .label("added last, so it runs first")
            .related(inside.place.clone(), "runs only for those whom the other lets in")
            .why("the browser shows each 401 as a CORS error, and its question before a call may be refused")
            .help("add the CORS middleware after the one that authenticates")
            .fix(Fix::Suggested),
        );
    }
    findings
}
