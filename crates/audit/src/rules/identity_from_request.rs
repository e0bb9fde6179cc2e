use std::collections::BTreeMap;

use betroth_report::{Finding, Place, Severity};
use betroth_source_python::{Authentication, Guard, Route};

use super::{Subject, rule, with_routes};
use crate::access::{is_aside, is_public, is_verified};

rule! {
    /// The API believes who the caller says they are.
    ///
    /// A header, a query parameter or a field of the body is taken for the person. Anyone can write another one's id
    /// there, and is served as that person.
    ///
    /// A guard that asks for a token changes little, as long as the route goes on to act for the person whom the header
    /// names: whoever has any good token acts as anybody. A header that is only held against the verified identity is
    /// no finding.
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
    /// ```py bad backend/main.py
    /// from fastapi import FastAPI, Header
    /// from sqlalchemy.orm import Session
    /// from betroth.fastapi import Betroth
    /// from models import Task, engine
    ///
    /// app = Betroth.from_contract().protect(FastAPI())
    ///
    /// @app.get("/tasks")
    /// def tasks(x_user_id: str = Header()):
    ///     with Session(engine) as session:
    ///         return session.query(Task).filter(Task.user_id == x_user_id).all()
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
    /// ```py good backend/main.py
    /// from fastapi import FastAPI, Header, HTTPException, Request
    /// from sqlalchemy.orm import Session
    /// from betroth.fastapi import Betroth
    /// from models import Task, engine
    ///
    /// app = Betroth.from_contract().protect(FastAPI())
    ///
    /// @app.get("/tasks")
    /// def tasks(request: Request, x_user_id: str = Header()):
    ///     if x_user_id != request.state.user.id:
    ///         raise HTTPException(status_code=403)
    ///     with Session(engine) as session:
    ///         return session.query(Task).filter(Task.user_id == x_user_id).all()
    /// ```
    "identity-from-request" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut believed: BTreeMap<(&Place, &str), Vec<&Route>> = BTreeMap::new();
    let mut claimed: BTreeMap<(&Place, &str), Vec<&Route>> = BTreeMap::new();
    for route in subject.apis().flat_map(|api| &api.routes) {
        if let Some(identity) = &route.claimed_identity
            && !is_aside(&identity.place.file)
        {
            let key = (&identity.place, identity.what.as_str());
            claimed.entry(key).or_default().push(route);
        }
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
    let open = believed.into_iter().map(|((place, what), routes)| {
        finding(
            place,
            format!("the API believes {what}, which any caller can write"),
            &routes,
        )
        .label(match routes.len() {
            1 => "decides who is served on 1 route".to_owned(),
            many => format!("decides who is served on {many} routes"),
        })
        .why("whoever writes another person's id there is served as that person")
        .help("take the person from a credential that is verified: a signed token, or a session that is looked up")
    });
    let inside = claimed.into_iter().map(|((place, what), routes)| {
        let finding = finding(
            place,
            format!("the API asks for a token, and then believes {what} for who calls"),
            &routes,
        )
        .label(match routes.len() {
            1 => "decides for whom 1 route acts".to_owned(),
            many => format!("decides for whom {many} routes act"),
        })
        .why("whoever has any good token writes another person's id there, and acts as that person")
        .help("take who calls from what verifies the token: `user.id` of the guard's dependency, or of `request.state.user`");
        match routes.first().and_then(|route| verifying(route)) {
            Some(guard) => finding.related(
                guard.place.clone(),
                format!("`{}` lets in whoever has a good token", guard.name),
            ),
            None => finding,
        }
    });
    open.chain(inside).collect()
}

/// An error where an identity is read, with the routes that act on it.
fn finding(place: &Place, message: String, routes: &[&Route]) -> Finding {
    let finding = Finding::new(RULE.id, Severity::Error, place.clone(), message);
    with_routes(finding, routes, place)
}

/// The guard of a route that verifies who calls.
fn verifying(route: &Route) -> Option<&Guard> {
    let mut guards = route.guards.iter();
    guards.find(|guard| is_verified(&guard.authentication))
}
