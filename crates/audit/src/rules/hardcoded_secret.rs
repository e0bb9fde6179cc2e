use betroth_agreement::{Evidence, KeySource, Value};
use betroth_report::{Confidence, Finding, Place, Severity};
use betroth_source_python::LiteralSecret;

use super::authentication_bypass::skipped_at_default;
use super::{Subject, rule};
use crate::access::is_aside;

rule! {
    /// A key stands in the source.
    ///
    /// Whoever can read the repository can sign a token for any person. A default for the environment variable that should
    /// hold the key is the same: a deployment that forgets the variable starts without a word, and takes tokens that were
    /// signed with what everyone can read. A default that the program refuses at start is not meant.
    ///
    /// ```py bad backend/main.py
    /// import os
    /// import jwt
    /// from fastapi import Depends, FastAPI, HTTPException
    /// from fastapi.security import HTTPBearer
    ///
    /// SECRET = os.getenv("BETTER_AUTH_SECRET", "change-me-in-production")
    /// bearer = HTTPBearer()
    ///
    /// def current_user(credentials=Depends(bearer)):
    ///     try:
    ///         return jwt.decode(credentials.credentials, SECRET, algorithms=["HS256"])
    ///     except jwt.PyJWTError:
    ///         raise HTTPException(status_code=401)
    ///
    /// app = FastAPI()
    ///
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     return []
    /// ```
    /// ```py good backend/main.py
    /// import os
    /// import jwt
    /// from fastapi import Depends, FastAPI, HTTPException
    /// from fastapi.security import HTTPBearer
    ///
    /// SECRET = os.environ["BETTER_AUTH_SECRET"]
    /// bearer = HTTPBearer()
    ///
    /// def current_user(credentials=Depends(bearer)):
    ///     try:
    ///         return jwt.decode(credentials.credentials, SECRET, algorithms=["HS256"])
    ///     except jwt.PyJWTError:
    ///         raise HTTPException(status_code=401)
    ///
    /// app = FastAPI()
    ///
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     return []
    /// ```
    "hardcoded-secret" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let api = subject
        .python
        .literal_secrets
        .iter()
        .filter(|secret| !is_aside(&secret.place.file) && !secret.refused)
        // With that default nothing is verified at all: that is the finding.
        .filter(|secret| skipped_at_default(subject, secret).is_none())
        .filter_map(|secret| of_api(subject, secret));
    api.chain(of_webs(subject)).collect()
}

fn of_api(subject: &Subject<'_>, secret: &LiteralSecret) -> Option<Finding> {
    let used = secret.used_as_key.as_ref()?;
    let (severity, confidence) = if runs(subject, used) {
        (Severity::Error, Confidence::High)
    } else {
        (Severity::Note, Confidence::High)
    };
    let finding = finding(
        severity,
        secret.place.clone(),
        &secret.name,
        secret.default_of.as_deref(),
    )
    .confidence(confidence);
    Some(if *used == secret.place {
        finding
    } else {
        finding.related(used.clone(), "used as the key")
    })
}

/// Whether a served route comes to the place that uses the key; a place of which nothing is known counts as reached.
fn runs(subject: &Subject<'_>, place: &Place) -> bool {
    let known = subject
        .python
        .verifications
        .iter()
        .map(|found| (&found.fact.place, found.reached))
        .chain(
            subject
                .python
                .signatures
                .iter()
                .map(|signature| (&signature.place, signature.reached)),
        );
    known
        .filter(|(at, _)| at.file == place.file && at.line == place.line)
        .map(|(_, reached)| reached)
        .reduce(|a, b| a || b)
        .unwrap_or(true)
}

/// Keys of the front end's side: of tokens that it signs, and of Better Auth itself.
fn of_webs(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for web in subject.webs {
        let signers = web
            .issuers
            .iter()
            .filter_map(|issuer| Some((issuer.key.as_ref()?, issuer.reached)));
        let servers = web
            .auth
            .iter()
            .filter_map(|server| Some((server.secret.as_ref()?, server.reached)));
        for (key, reached) in signers.chain(servers) {
            findings.extend(of_key(key, reached));
        }
    }
    findings
}

fn of_key(key: &Evidence<KeySource>, reached: bool) -> Option<Finding> {
    let place = key.place()?;
    if is_aside(&place.file) {
        return None;
    }
    let severity = if reached {
        Severity::Error
    } else {
        Severity::Note
    };
    match &key.value {
        Value::Known(KeySource::Literal) => Some(finding(severity, place.clone(), "the key", None)),
        Value::Known(KeySource::Environment {
            name,
            defaulted: true,
        }) => Some(finding(severity, place.clone(), name, Some(name))),
        _ => None,
    }
}

fn finding(severity: Severity, place: Place, name: &str, default_of: Option<&str>) -> Finding {
    let finding = match default_of {
        Some(variable) => Finding::new(
            RULE.id,
            severity,
            place,
            format!("where `{variable}` is not set, the key is a text that stands in the source"),
        )
        .label("the default")
        .help(format!(
            "have no default for `{variable}`, so that a deployment without it does not start"
        )),
        None => Finding::new(
            RULE.id,
            severity,
            place,
            if name == "the key" {
                "the key stands in the source".to_owned()
            } else {
                format!("the key `{name}` stands in the source")
            },
        )
        .label("the key")
        .help("read it from the environment, without a default, and issue a new one: this one is known"),
    };
    finding
        .why("whoever reads the repository can sign a token for any person")
        .masked()
}
