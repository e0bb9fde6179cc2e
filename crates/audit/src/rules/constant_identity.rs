use betroth_report::{Finding, Severity};
use betroth_source_python::Authentication;

use super::{Subject, rule};
use crate::access::is_aside;

rule! {
    /// Where no credential is verified, a fixed person is served.
    ///
    /// A guard that answers with an identity written in the source lets every stranger act as that one person. Put in for
    /// a demonstration or a test, it is what the API does once it is deployed.
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
    ///         return {"sub": "demo-user", "email": "demo@example.com"}
    ///     try:
    ///         return jwt.decode(credentials.credentials, os.environ["JWT_SECRET"], algorithms=["HS256"])
    ///     except jwt.PyJWTError:
    ///         raise HTTPException(status_code=401)
    ///
    /// app = FastAPI()
    ///
    /// @app.post("/tasks")
    /// def add_task(title: str, user=Depends(current_user)):
    ///     with Session(engine) as session:
    ///         session.add(Task(title=title, user_id=user["sub"]))
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
    /// @app.post("/tasks")
    /// def add_task(title: str, user=Depends(current_user)):
    ///     with Session(engine) as session:
    ///         session.add(Task(title=title, user_id=user["sub"]))
    ///         session.commit()
    /// ```
    "constant-identity" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for callable in &subject.python.callables {
        let Some(place) = &callable.constant_identity else {
            continue;
        };
        if is_aside(&place.file) {
            continue;
        }
        let severity = match (&callable.authentication, callable.routes) {
            (_, 0) | (Authentication::Required, _) => Severity::Note,
            (Authentication::Conditional(_) | Authentication::Unknown { .. }, _) => {
                Severity::Warning
            }
            _ => Severity::Error,
        };
        let mut finding = Finding::new(
            RULE.id,
            severity,
            place.clone(),
            format!(
                "`{}` answers with a fixed identity where no credential was verified",
                callable.name
            ),
        )
        .label("every stranger is this one")
        .related(
            callable.place.clone(),
            match callable.routes {
                0 => "guards no route that is served".to_owned(),
                1 => "guards 1 route".to_owned(),
                many => format!("guards {many} routes"),
            },
        )
        .why("anyone acts as that person, and all of them share what it owns")
        .help("refuse with 401 where no credential is verified; override the dependency in tests");
        if let Some(condition) = callable.conditions.first() {
            finding = finding.why(format!(
                "where `{}` says so, anyone acts as that person",
                condition.setting
            ));
        }
        findings.push(finding);
    }
    findings
}
