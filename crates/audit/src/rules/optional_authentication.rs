use std::collections::BTreeMap;

use betroth_report::{Finding, Place, Severity};
use betroth_source_python::{Authentication, Guard, Route};

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
    // One guard, one finding: it is the guard that lets pass.
    let mut by_guard: BTreeMap<&Place, (Option<&Guard>, Vec<&Route>)> = BTreeMap::new();
    for route in routers(subject)
        .into_iter()
        .flat_map(|router| router.routes)
    {
        if route.authentication != Authentication::Optional
            || !route.touches_data
            || is_public(route)
        {
            continue;
        }
        let guard = route
            .guards
            .iter()
            .find(|guard| guard.authentication == Authentication::Optional);
        let place = guard.map_or(&route.place, |guard| &guard.place);
        let entry = by_guard.entry(place).or_insert((guard, Vec::new()));
        entry.1.push(route);
    }
    by_guard
        .into_iter()
        .map(|(place, (guard, mut routes))| {
            routes.sort_by_key(|route| !changes(route));
            // Who only reads may well be meant to be anyone.
            let severity = if routes.iter().any(|route| changes(route)) {
                Severity::Warning
            } else {
                Severity::Note
            };
            let message = match guard {
                Some(guard) => format!(
                    "`{}` lets callers without a credential pass, to {}",
                    guard.name,
                    listed(&routes)
                ),
                None => format!("{} is served without a credential too", listed(&routes)),
            };
            let finding = Finding::new(RULE.id, severity, place.clone(), message)
                .label("the credential is optional")
                .why("a handler that does not ask whether there is a person serves anyone")
                .help("refuse in the guard, or say in the handler what a stranger may do");
            with_routes(finding, &routes, place)
        })
        .collect()
}
