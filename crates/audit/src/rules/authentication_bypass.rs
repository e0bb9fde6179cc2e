use betroth_agreement::Condition;
use betroth_report::{Confidence, Finding, Place, Severity};
use betroth_source_python::{Authentication, Callable, LiteralSecret};

use super::{Subject, rule};
use crate::access::is_aside;

rule! {
    /// A way leads around the verification.
    ///
    /// The guard verifies, and then something lets the caller pass all the same: an exception that is swallowed, or a
    /// setting that switches the guard off. A setting is one forgotten line of a deployment away from an open API, and
    /// where its default opens the door, it is open wherever nobody thought of it.
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
    ///     if os.getenv("SKIP_AUTH", "true") == "true":
    ///         return {"sub": "developer"}
    ///     if credentials is None:
    ///         raise HTTPException(status_code=401)
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
    "authentication-bypass" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for callable in &subject.python.callables {
        if callable.routes == 0 || is_aside(&callable.place.file) {
            continue;
        }
        if let Some(finding) = swallowed(callable) {
            findings.push(finding);
        }
        findings.extend(
            callable
                .conditions
                .iter()
                .map(|condition| switched(callable, condition)),
        );
    }
    let secrets = subject.python.literal_secrets.iter();
    findings.extend(secrets.filter_map(|secret| at_default(subject, secret)));
    findings
}

/// A key whose default is not refused, but taken for a sign that nobody need be asked.
fn at_default(subject: &Subject<'_>, secret: &LiteralSecret) -> Option<Finding> {
    let place = skipped_at_default(subject, secret)?;
    let name = secret.default_of.as_ref().unwrap_or(&secret.name);
    Some(
        Finding::new(
            RULE.id,
            Severity::Error,
            place,
            format!("where `{name}` keeps its default, nobody is asked who calls"),
        )
        .confidence(Confidence::Medium)
        .label("verifies only with another value")
        .related(secret.place.clone(), "the default")
        .why("a deployment that forgets the variable serves everyone, and nothing shows it")
        .help(format!(
            "have no default for `{name}`, and refuse to start without it; verify in any case"
        ))
        .masked(),
    )
}

/// Where the code goes on only if a key is not its own default: `if secret != "change-me":` around the verification.
pub(super) fn skipped_at_default(subject: &Subject<'_>, secret: &LiteralSecret) -> Option<Place> {
    if is_aside(&secret.place.file) || secret.refused {
        return None;
    }
    let default = subject.tree.quoted(&secret.place)?;
    let used = secret.used_as_key.as_ref()?;
    let text = subject.tree.text(&used.file)?;
    (1..).zip(text.lines()).find_map(|(number, line)| {
        let code = line.trim_start();
        let tested = code.starts_with("if ")
            && code.contains("!=")
            && code.contains(default)
            && code.to_lowercase().contains(&secret.name.to_lowercase());
        let column = u32::try_from(line.chars().count() - code.chars().count()).ok()? + 1;
        tested.then(|| Place::new(used.file.clone(), number, column))
    })
}

/// An exception of the verification that lets pass. A guard that is optional by design says so elsewhere.
fn swallowed(callable: &Callable) -> Option<Finding> {
    let place = callable.swallowed.as_ref()?;
    // What is believed instead has a rule of its own.
    if callable.authentication != Authentication::None {
        return None;
    }
    Some(
        Finding::new(
            RULE.id,
            Severity::Error,
            place.clone(),
            format!(
                "where the verification in `{}` fails, the caller is let in all the same",
                callable.name
            ),
        )
        .label("the failure is swallowed")
        .related(
            callable.place.clone(),
            format!("guards {} of the routes", callable.routes),
        )
        .why("a credential that nobody issued is as good as one that was")
        .help("refuse with 401 where the verification fails"),
    )
}

fn switched(callable: &Callable, condition: &Condition) -> Finding {
    let setting = &condition.setting;
    let (severity, confidence, state) = if opens_by_default(condition) {
        (
            Severity::Error,
            Confidence::Medium,
            ", and its default opens it",
        )
    } else {
        (Severity::Warning, Confidence::Medium, "")
    };
    Finding::new(
        RULE.id,
        severity,
        callable.place.clone(),
        format!(
            "`{}` is required only as long as `{setting}` says so{state}",
            callable.name
        ),
    )
    .confidence(confidence)
    .label(format!("`{setting}` switches it off"))
    .why("a deployment that sets it wrongly, or not at all, serves anyone")
    .help("override the dependency in tests and development (`app.dependency_overrides`) and have no such setting in what is deployed")
}

/// Whether the setting's name says that it opens, and its default is that it does.
fn opens_by_default(condition: &Condition) -> bool {
    let name = condition.setting.to_ascii_lowercase();
    let opens = [
        "skip", "disable", "bypass", "no_auth", "mock", "fake", "insecure",
    ]
    .iter()
    .any(|word| name.contains(word));
    let default = condition.default.as_deref().unwrap_or_default();
    let default = default.trim_matches(['"', '\'']).to_ascii_lowercase();
    opens && matches!(default.as_str(), "true" | "1" | "yes" | "on")
}
