use betroth_report::{Confidence, Finding, Severity};
use betroth_source_python::{Api, Authentication, Route};

use super::routers::{Router, routers, verifies};
use super::{Subject, listed, rule, shown, with_routes};
use crate::access::{changes, is_aside, is_public, only_answers};

rule! {
    /// A route touches data, or hands on to a language model, and asks nobody who calls.
    ///
    /// Anyone who finds the address can read or change what lies behind it; that no page of the front end shows it to a
    /// stranger protects nothing. Where the whole API verifies nothing, that is one finding, not one a route.
    /// Logins, health checks, webhooks and the like are not meant, and a page that anyone may read is at most a warning.
    ///
    /// ```py bad backend/main.py
    /// import os
    /// import jwt
    /// from fastapi import APIRouter, Depends, FastAPI, HTTPException
    /// from fastapi.security import HTTPBearer
    /// from sqlalchemy.orm import Session
    /// from models import Report, Task, engine
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
    /// reports = APIRouter(prefix="/reports")
    ///
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     with Session(engine) as session:
    ///         return session.query(Task).all()
    ///
    /// @reports.delete("/{report_id}")
    /// def delete_report(report_id: int):
    ///     with Session(engine) as session:
    ///         session.delete(session.get(Report, report_id))
    ///         session.commit()
    ///
    /// app.include_router(reports)
    /// ```
    /// ```py good backend/main.py
    /// import os
    /// import jwt
    /// from fastapi import APIRouter, Depends, FastAPI, HTTPException
    /// from fastapi.security import HTTPBearer
    /// from sqlalchemy.orm import Session
    /// from models import Report, engine
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
    /// reports = APIRouter(prefix="/reports", dependencies=[Depends(current_user)])
    ///
    /// @reports.delete("/{report_id}")
    /// def delete_report(report_id: int):
    ///     with Session(engine) as session:
    ///         session.delete(session.get(Report, report_id))
    ///         session.commit()
    ///
    /// app.include_router(reports)
    ///
    /// @app.get("/health")
    /// def health():
    ///     return {"ok": True}
    /// ```
    "route-unauthenticated" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let open = subject
        .apis()
        .filter(|api| !verifies(api))
        .filter_map(|api| whole(subject, api));
    let routers = routers(subject);
    let single = routers
        .iter()
        // A router whose other routes are guarded is `sibling-unguarded`.
        .filter(|router| router.api_verifies && !router.mostly_guarded())
        .filter_map(of_router);
    open.chain(single).collect()
}

/// One finding for an application that knows nobody.
fn whole(subject: &Subject<'_>, api: &Api) -> Option<Finding> {
    let data: Vec<&Route> = api
        .routes
        .iter()
        .filter(|route| {
            route.authentication == Authentication::None
                && route.touches_data
                && !is_public(route)
                && !is_aside(&route.place.file)
        })
        .collect();
    let changing: Vec<&Route> = data.iter().filter(|route| harms(route)).copied().collect();
    let first = *changing.first().or(data.first())?;
    // One service of several that no front end calls may well be out of everyone's reach.
    let exposed = subject.is_called(api) || subject.apis().count() == 1;
    let severity = if !changing.is_empty() && subject.people_log_in() && exposed {
        Severity::Error
    } else {
        Severity::Warning
    };
    let finding = Finding::new(
        RULE.id,
        severity,
        first.place.clone(),
        format!(
            "no route of the API asks who calls: {} of its {} routes touch data, {} of them change it",
            data.len(),
            api.routes.len(),
            changing.len()
        ),
    )
    .confidence(if subject.people_log_in() && exposed {
        Confidence::High
    } else {
        Confidence::Low
    })
    .label(format!("`{}` is served to anyone", shown(first)))
    .related(api.place.clone(), "the application has no dependency and no middleware that refuses anyone")
    .why("whoever reaches the API can do what the front end can, logged in or not")
    .help("verify the token in one dependency, put it on each router that works with data (`APIRouter(dependencies=[Depends(current_user)])`), and hold the person's id against a `{user_id}` in the path; what is meant to be open, as `/health`, stays out");
    // The first of all, which only reads, shows best how far the door is open.
    let finding = match data.iter().min_by_key(|route| &route.place) {
        Some(top) if top.place != first.place => {
            finding.related(top.place.clone(), format!("serves `{}`", shown(top)))
        }
        _ => finding,
    };
    Some(match unused_verifier(subject, api) {
        Some(cause) => finding.because_of(cause),
        None => with_routes(finding, &changing, &first.place),
    })
}

/// The verifier that stands in the sources of an application and guards none of its routes.
fn unused_verifier(subject: &Subject<'_>, api: &Api) -> Option<betroth_report::Key> {
    let unused = super::verifier_unused::unused(subject)
        .into_iter()
        .find(|callable| super::verifier_unused::belongs(callable, api))
        .map(|callable| &callable.place);
    let absent = super::verifier_unused::absent(subject, api).map(|absent| &absent.place);
    let place = unused.into_iter().chain(absent).next()?;
    Some(betroth_report::Key::new(
        super::verifier_unused::RULE.id,
        place,
    ))
}

/// One finding a router: an error where a stranger can change data, a warning where one can only read it.
fn of_router(router: &Router<'_>) -> Option<Finding> {
    let (changing, reading): (Vec<&Route>, Vec<&Route>) =
        router.open().into_iter().partition(|route| harms(route));
    let first = *changing.first().or(reading.first())?;
    let severity = if changing.is_empty() {
        Severity::Warning
    } else {
        Severity::Error
    };
    let routes = [changing, reading].concat();
    let data = routes.iter().any(|route| route.touches_data);
    let (verb, cost) = match (data, routes.len()) {
        (true, 1) => ("works with data and asks", ""),
        (true, _) => ("work with data and ask", ""),
        (false, 1) => ("hands on to a language model and asks", COST),
        (false, _) => ("hand on to a language model and ask", COST),
    };
    let message = format!("{} {verb} nobody who calls", listed(&routes));
    let finding = Finding::new(RULE.id, severity, first.place.clone(), message)
        .label("no dependency, decorator or middleware refuses a stranger")
        .why(format!(
            "other routes of this API do ask who calls, so people are expected to be logged in{cost}"
        ))
        .help("put the dependency that the other routes use on the router: `APIRouter(dependencies=[Depends(…)])`");
    Some(with_routes(finding, &routes, &first.place))
}

/// Whether a stranger who calls the route can do harm: a question that is posted may well be anyone's.
/// What an open door to a model means.
const COST: &str = "; a stranger's calls are paid for all the same";

fn harms(route: &Route) -> bool {
    changes(route) && !only_answers(route)
}
