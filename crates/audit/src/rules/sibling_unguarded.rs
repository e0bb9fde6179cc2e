use betroth_report::{Finding, Severity};
use betroth_source_python::Route;

use super::routers::{Router, routers};
use super::{Subject, listed, rule, shown, with_routes};
use crate::access::changes;

rule! {
    /// A route asks nobody who calls, though most others of its router do.
    ///
    /// A guard that stands on each route by hand is forgotten on one: the router's other routes show what was meant.
    /// What lies behind the one that was forgotten is open to anyone.
    ///
    /// ```py bad backend/main.py
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
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     with Session(engine) as session:
    ///         return session.query(Task).all()
    ///
    /// @app.post("/tasks")
    /// def add_task(title: str, user=Depends(current_user)):
    ///     with Session(engine) as session:
    ///         session.add(Task(title=title))
    ///         session.commit()
    ///
    /// @app.delete("/tasks/{task_id}")
    /// def delete_task(task_id: int):
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
    /// app = FastAPI(dependencies=[Depends(current_user)])
    ///
    /// @app.get("/tasks")
    /// def list_tasks():
    ///     with Session(engine) as session:
    ///         return session.query(Task).all()
    ///
    /// @app.post("/tasks")
    /// def add_task(title: str):
    ///     with Session(engine) as session:
    ///         session.add(Task(title=title))
    ///         session.commit()
    ///
    /// @app.delete("/tasks/{task_id}")
    /// def delete_task(task_id: int):
    ///     with Session(engine) as session:
    ///         session.delete(session.get(Task, task_id))
    ///         session.commit()
    /// ```
    "sibling-unguarded" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    routers(subject)
        .iter()
        .filter(|router| router.mostly_guarded())
        .filter_map(of_router)
        .collect()
}

/// An error where what was forgotten changes data, a warning where it only reads.
fn of_router(router: &Router<'_>) -> Option<Finding> {
    let guarded = router.guarded();
    let mut routes: Vec<&Route> = router.open();
    routes.sort_by_key(|route| !changes(route));
    let first = *routes.first()?;
    let severity = if changes(first) {
        Severity::Error
    } else {
        Severity::Warning
    };
    let verb = if routes.len() == 1 { "asks" } else { "ask" };
    let mut finding = Finding::new(
        RULE.id,
        severity,
        first.place.clone(),
        format!(
            "{} {verb} nobody who calls, {} of the router's {} routes do",
            listed(&routes),
            guarded.len(),
            router.routes.len()
        ),
    )
    .label("no guard")
    .why("what is guarded on most other routes of the router is open here")
    .help("put the guard on the router, where no route can be forgotten: `APIRouter(dependencies=[Depends(…)])`");
    if let Some(sibling) = guarded.first() {
        finding = finding.related(
            sibling.place.clone(),
            format!("`{}` is guarded", shown(sibling)),
        );
    }
    Some(with_routes(finding, &routes, &first.place))
}
