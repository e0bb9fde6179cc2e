use betroth_report::{Confidence, Finding, Place, Severity};
use betroth_source_python::{AbsentIdentity, Api, Authentication, Callable};
use memchr::memmem::Finder;

use super::routers::verifies;
use super::{Subject, rule};
use crate::access::{is_aside, is_within};
use crate::tree::is_python;

rule! {
    /// A function verifies who calls, and no route uses it.
    ///
    /// The code reads as if the API were guarded. Where nothing else guards it, everyone is let in; where something else
    /// does, the function is dead and misleads the next reader. The same where a handler reads `request.state.user`, and the middleware
    /// that would write it is not there.
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
    /// @app.post("/tasks")
    /// def add_task(title: str):
    ///     with Session(engine) as session:
    ///         session.add(Task(title=title))
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
    /// @app.post("/tasks")
    /// def add_task(title: str):
    ///     with Session(engine) as session:
    ///         session.add(Task(title=title))
    ///         session.commit()
    /// ```
    "verifier-unused" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let unused = unused(subject);
    let mut findings: Vec<Finding> = subject
        .apis()
        .filter_map(|api| unwritten(subject, api))
        .collect();
    let mut told: Vec<&Place> = Vec::new();
    for api in subject.apis().filter(|api| !api.routes.is_empty()) {
        let here: Vec<&Callable> = unused
            .iter()
            .filter(|callable| belongs(callable, api) && !told.contains(&&callable.place))
            // Where other code guards the API, one that is named elsewhere may do its work out of our sight.
            .filter(|callable| !verifies(api) || !mentioned(subject, &callable.name))
            .copied()
            .collect();
        let Some(first) = here.first() else { continue };
        told.extend(here.iter().map(|callable| &callable.place));
        let finding = if verifies(api) {
            let (what, why, help) = if is_unserved(subject, first) {
                (
                    "asks who calls, and no application includes its router",
                    "its routes are not served, whatever the front end calls",
                    "include the router, or remove it",
                )
            } else {
                (
                    "verifies who calls, and no route uses it",
                    "other code guards the API; this one only looks as if it did",
                    "remove it",
                )
            };
            Finding::new(
                RULE.id,
                Severity::Note,
                first.place.clone(),
                format!("`{}` {what}", first.name),
            )
            .why(why)
            .help(help)
        } else {
            Finding::new(
                RULE.id,
                Severity::Error,
                first.place.clone(),
                format!(
                    "`{}` verifies who calls, and none of the {} routes of the API uses it",
                    first.name,
                    api.routes.len()
                ),
            )
            .confidence(if mentioned(subject, &first.name) {
                Confidence::Medium
            } else {
                Confidence::High
            })
            .related(api.place.clone(), "serves everyone")
            .why("the API reads as if it were guarded, and lets everyone in")
            .help(format!(
                "put it on the application: `FastAPI(dependencies=[Depends({})])`",
                first.name
            ))
        };
        let finding = finding.label("never runs");
        findings.push(here[1..].iter().take(4).fold(finding, |finding, other| {
            finding.related(
                other.place.clone(),
                format!("`{}` never runs either", other.name),
            )
        }));
    }
    findings
}

/// Handlers that read who calls where nothing writes it: the middleware that they count on is not there.
fn unwritten(subject: &Subject<'_>, api: &Api) -> Option<Finding> {
    let absent: Vec<_> = absent(subject, api).collect();
    let first = *absent.first()?;
    let others = absent.iter().skip(1).map(|other| &other.place);
    let finding = Finding::new(
        RULE.id,
        Severity::Error,
        first.place.clone(),
        format!(
            "`{}` reads who calls from `request.state.{}`, and nothing writes it",
            first.callable, first.name
        ),
    )
    .label("never there")
    .related(api.place.clone(), "no middleware and no dependency of the application puts it there")
    .why("nobody is known here, whatever token comes along")
    .help("verify the token in a dependency and take the person from it: `user: Annotated[User, Depends(current_user)]`");
    Some(finding.also(others, "nor here"))
}

/// The readings of who calls, in an API and its folder, that nothing writes.
pub(super) fn absent<'a>(
    subject: &Subject<'a>,
    api: &Api,
) -> impl Iterator<Item = &'a AbsentIdentity> {
    let absent = subject.python.absent_identities.iter();
    absent
        .filter(|absent| is_within(&absent.place.file, &api.root) && !is_aside(&absent.place.file))
}

/// Callables that verify and guard no route, however they are reached.
pub(super) fn unused<'a>(subject: &Subject<'a>) -> Vec<&'a Callable> {
    subject
        .python
        .callables
        .iter()
        .filter(|callable| {
            callable.routes == 0
                && !(is_unserved(subject, callable) && routers_unread(subject, callable))
                && !is_aside(&callable.place.file)
                && matches!(
                    callable.authentication,
                    Authentication::Required
                        | Authentication::Optional
                        | Authentication::Conditional(_)
                )
                && !runs(subject, callable)
        })
        .collect()
}

/// Whether a served route comes to a verification inside the callable.
/// Whether a callable is the handler of a route whose router no application includes.
fn is_unserved(subject: &Subject<'_>, callable: &Callable) -> bool {
    let mut unserved = subject.python.unserved.iter();
    unserved.any(|router| router.handlers.contains(&callable.place))
}

/// Whether something of the API that holds a callable could not be read: it may include the router.
fn routers_unread(subject: &Subject<'_>, callable: &Callable) -> bool {
    let mut apis = subject.apis().filter(|api| belongs(callable, api));
    apis.any(|api| {
        let mut unread = subject.python.unread.iter();
        unread
            .any(|unread| is_within(&unread.place.file, &api.root) && !is_aside(&unread.place.file))
    })
}

fn runs(subject: &Subject<'_>, callable: &Callable) -> bool {
    subject.python.verifications.iter().any(|found| {
        found.reached
            && found.fact.place.file == callable.place.file
            && found.callable == callable.name
    })
}

/// Whether a callable stands in the folder of an application.
pub(super) fn belongs(callable: &Callable, api: &Api) -> bool {
    is_within(&callable.place.file, &api.root)
}

/// The line in which the byte at `at` stands.
fn line_at(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    &text[start..end]
}

/// Whether some code names the callable other than its definition and imports of it.
fn mentioned(subject: &Subject<'_>, name: &str) -> bool {
    let finder = Finder::new(name);
    subject
        .tree
        .files
        .iter()
        .filter(|(path, _)| is_python(path) && !is_aside(path))
        .flat_map(|(_, text)| {
            finder
                .find_iter(text.as_bytes())
                .map(move |at| line_at(text, at))
        })
        .any(|line| {
            let line = line.trim_start();
            ![
                "def ",
                "async def ",
                "class ",
                "from ",
                "import ",
                "#",
                "\"",
                "'",
            ]
            .iter()
            .any(|start| line.starts_with(start))
        })
}
