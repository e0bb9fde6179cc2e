use betroth_report::{Finding, Severity};
use betroth_source_python::{Authentication, Route};

use super::routers::routers;
use super::{Subject, listed, rule, with_routes};
use crate::access::{changes, is_public};

rule! {
    /// A route touches data and serves callers without a credential too.
    ///
    /// The guard knows a caller who sends a credential, and lets pass one who sends none: `auto_error=False` without a
    /// refusal after it, or an exception that becomes `None`. Each handler then has to ask itself whether there is a
    /// person, and the one that forgets serves anyone.
    ///
    /// ```py bad backend/main.py
    /// import os
    /// import jwt
    /// from fastapi import Depends, FastAPI, HTTPException
    /// from fastapi.security import HTTPBearer
    /// from sqlalchemy.orm import Session
    /// from models import Task, engine
    ///
    /// bearer = HTTPBearer(auto_error=False)
    ///
    /// def current_user(credentials=Depends(bearer)):
    ///     if credentials is None:
    ///         return None
    ///     try:
    ///         return jwt.decode(credentials.credentials, os.environ["JWT_SECRET"], algorithms=["HS256"])
    ///     except jwt.PyJWTError:
    ///         return None
    ///
    /// app = FastAPI()
    ///
    /// @app.delete("/tasks/{task_id}")
    /// def delete_task(task_id: int, user=Depends(current_user)):
    ///     with Session(engine) as session:
    ///         session.delete(session.get(Task, task_id))
    ///         session.commit()
    /// ```
    /// ```py good backend/main.py
    /// import os
    /// import jwt
    /// from fastapi import Depends, FastAPI, HTTPException
    /// from fastapi.security import HTTPBearer
    /// from sqlalchemy.orm import Session
    /// from models import Task, engine
    ///
    /// bearer = HTTPBearer()
    ///
    /// def current_user(credentials=Depends(bearer)):
    ///     try:
    ///         return jwt.decode(credentials.credentials, os.environ["JWT_SECRET"], algorithms=["HS256"])
    ///     except jwt.PyJWTError:
    ///         raise HTTPException(status_code=401)
    ///
    /// app = FastAPI()
    ///
    /// @app.delete("/tasks/{task_id}")
    /// def delete_task(task_id: int, user=Depends(current_user)):
    ///     with Session(engine) as session:
    ///         session.delete(session.get(Task, task_id))
    ///         session.commit()
    /// ```
    "optional-authentication" { severity: Warning, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for router in routers(subject) {
        let optional: Vec<&Route> = router
            .routes
            .iter()
            .filter(|route| {
                route.authentication == Authentication::Optional
                    && route.touches_data
                    && !is_public(route)
            })
            .copied()
            .collect();
        let (changing, reading): (Vec<&Route>, Vec<&Route>) =
            optional.into_iter().partition(|route| changes(route));
        // Who only reads may well be meant to be anyone.
        for (routes, severity) in [(changing, Severity::Warning), (reading, Severity::Note)] {
            let Some(first) = routes.first() else {
                continue;
            };
            let verb = if routes.len() == 1 { "serves" } else { "serve" };
            let mut finding = Finding::new(
                RULE.id,
                severity,
                first.place.clone(),
                format!(
                    "{} {verb} callers without a credential too",
                    listed(&routes)
                ),
            )
            .label("the credential is optional")
            .why("a handler that does not ask whether there is a person serves anyone")
            .help("refuse in the guard, or say in the handler what a stranger may do");
            let guard = first
                .guards
                .iter()
                .find(|guard| guard.authentication == Authentication::Optional);
            if let Some(guard) = guard.filter(|guard| guard.place != first.place) {
                finding = finding.related(
                    guard.place.clone(),
                    format!("`{}` lets a stranger pass", guard.name),
                );
            }
            findings.push(with_routes(finding, &routes, &first.place));
        }
    }
    findings
}
