use std::collections::BTreeMap;

use betroth_report::{Finding, Place, Severity};
use betroth_source_python::{Authentication, Route};

use super::{Subject, rule, with_routes};
use crate::access::{is_aside, is_public};

rule! {
    /// The API believes who the caller says they are.
    ///
    /// A header, a query parameter or a field of the body is taken for the person. Anyone can write another one's id
    /// there, and is served as that person.
    ///
    /// ```py bad backend/main.py
    /// from fastapi import Depends, FastAPI, Header, HTTPException
    /// from sqlalchemy.orm import Session
    /// from models import Task, engine
    ///
    /// def current_user(x_user_id: str = Header(None)):
    ///     if not x_user_id:
    ///         raise HTTPException(status_code=401, detail="not logged in")
    ///     return x_user_id
    ///
    /// app = FastAPI()
    ///
    /// @app.post("/tasks")
    /// def add_task(title: str, user_id: str = Depends(current_user)):
    ///     with Session(engine) as session:
    ///         session.add(Task(title=title, user_id=user_id))
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
    ///         claims = jwt.decode(credentials.credentials, os.environ["JWT_SECRET"], algorithms=["HS256"])
    ///     except jwt.PyJWTError:
    ///         raise HTTPException(status_code=401)
    ///     return claims["sub"]
    ///
    /// app = FastAPI()
    ///
    /// @app.post("/tasks")
    /// def add_task(title: str, user_id: str = Depends(current_user)):
    ///     with Session(engine) as session:
    ///         session.add(Task(title=title, user_id=user_id))
    ///         session.commit()
    /// ```
    "identity-from-request" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut believed: BTreeMap<(&Place, &str), Vec<&Route>> = BTreeMap::new();
    for route in subject.apis().flat_map(|api| &api.routes) {
        let Authentication::Forgeable { what, place } = &route.authentication else {
            continue;
        };
        // Claims of a token that is not verified are `verification-disabled`.
        if is_aside(&place.file)
            || is_public(route)
            || super::verification_disabled::covers(subject, route)
        {
            continue;
        }
        believed.entry((place, what)).or_default().push(route);
    }
    believed
        .into_iter()
        .map(|((place, what), routes)| {
            let finding = Finding::new(
                RULE.id,
                Severity::Error,
                place.clone(),
                format!("the API believes {what}, which any caller can write"),
            )
            .label(match routes.len() {
                1 => "decides who is served on 1 route".to_owned(),
                many => format!("decides who is served on {many} routes"),
            })
            .why("whoever writes another person's id there is served as that person")
            .help("take the person from a credential that is verified: a signed token, or a session that is looked up");
            with_routes(finding, &routes, place)
        })
        .collect()
}
