use std::collections::BTreeMap;

use betroth_agreement::VerifierKind;
use betroth_report::{Finding, Place, Severity};
use betroth_source_python::{Authentication, Route, Verification};

use super::{Subject, rule};
use crate::access::is_aside;

rule! {
    /// A token is decoded with a check switched off.
    ///
    /// Without the signature, the claims are what the caller wrote: anyone is anyone. Without expiry a stolen token works
    /// for ever, without audience one that was issued for another service does. It is how many answers on the web
    /// "repair" a 401. Claims that are only looked at, and decide nothing, are not meant.
    ///
    /// ```py bad backend/main.py
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
    ///         return jwt.decode(credentials.credentials, options={"verify_signature": False})
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
    /// keys = jwt.PyJWKClient(os.environ["JWKS_URL"])
    ///
    /// def current_user(credentials=Depends(bearer)):
    ///     token = credentials.credentials
    ///     try:
    ///         key = keys.get_signing_key_from_jwt(token).key
    ///         return jwt.decode(token, key, algorithms=["EdDSA"], audience=os.environ["AUDIENCE"])
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
    "verification-disabled" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let served = || {
        subject
            .python
            .verifications
            .iter()
            .filter(|found| !is_aside(&found.fact.place.file))
    };
    // The branches of one function are one cause.
    let mut unsigned: BTreeMap<(&str, &str), Vec<&Verification>> = BTreeMap::new();
    for found in served().filter(|found| unverified(found)) {
        unsigned
            .entry((&found.fact.place.file, &found.callable))
            .or_default()
            .push(found);
    }
    unsigned
        .values()
        .filter_map(|group| unsigned_in(subject, group))
        .chain(served().filter_map(|found| loosened(subject, found)))
        .collect()
}

/// Decodings of one function that verify no signature.
fn unsigned_in(subject: &Subject<'_>, group: &[&Verification]) -> Option<Finding> {
    let first = *group.iter().max_by_key(|found| {
        let place = &found.fact.place;
        (believing(subject, place), std::cmp::Reverse(place))
    })?;
    let place = &first.fact.place;
    let routes = believing(subject, place);
    let severity = if routes > 0 {
        Severity::Error
    } else if first.believed && first.reached {
        Severity::Warning
    } else {
        Severity::Note
    };
    let message = if first.callable.is_empty() {
        "a token is decoded without verifying its signature".to_owned()
    } else {
        format!(
            "`{}` decodes a token without verifying its signature",
            first.callable
        )
    };
    let finding = Finding::new(RULE.id, severity, place.clone(), message).help(
        "verify it with the issuer's key: `jwt.decode(token, key, algorithms=[…], audience=…)`",
    );
    let finding = match severity {
        Severity::Note => finding
            .label("not verified")
            .why("what it yields decides nothing as the code stands")
            .help("take it out, or read what is needed after the verification"),
        _ => finding
            .label(match routes {
                0 => "its claims are believed".to_owned(),
                1 => "its claims decide who is served on 1 route".to_owned(),
                many => format!("its claims decide who is served on {many} routes"),
            })
            .why("anyone can write a token for any person, and is served as that person"),
    };
    let others = group.iter().filter(|found| found.fact.place != *place);
    Some(finding.also(others.map(|other| &other.fact.place), "nor here"))
}

/// A verification of which a check other than the signature is off.
fn loosened(subject: &Subject<'_>, found: &Verification) -> Option<Finding> {
    if unverified(found) {
        return None;
    }
    let off: Vec<&str> = ["verify_exp", "verify_aud", "verify_iss"]
        .into_iter()
        .filter(|name| found.switched_off.iter().any(|option| option == name))
        .collect();
    let (why, help) = match *off.first()? {
        "verify_exp" => (
            "a token that was stolen once works for ever",
            "leave the option out, and have the front end ask for a new token",
        ),
        "verify_aud" => (
            "a token that was issued for another service passes here",
            "pass the audience that the token is issued for: `audience=…`",
        ),
        _ => (
            "a token of another issuer with the same key passes here",
            "pass the issuer: `issuer=…`",
        ),
    };
    let severity = if found.reached {
        Severity::Warning
    } else {
        Severity::Note
    };
    let message = format!(
        "`{}` verifies a token with `{}` switched off",
        found.callable,
        off.join("`, `")
    );
    let call = &found.fact.place;
    let option = option_at(subject, call, off.first()?);
    let place = option.as_ref().unwrap_or(call);
    let finding = Finding::new(RULE.id, severity, place.clone(), message)
        .label("switched off here")
        .why(why)
        .help(help);
    Some(if option.is_some() {
        finding.related(call.clone(), "for this verification")
    } else {
        finding
    })
}

/// How many lines a call goes on for, at most, before its option is one of another.
const CALL: usize = 20;

/// Where an option stands in the call that begins at a place.
fn option_at(subject: &Subject<'_>, call: &Place, option: &str) -> Option<Place> {
    let text = subject.tree.text(&call.file)?;
    let first = usize::try_from(call.line.checked_sub(1)?).ok()?;
    let lines = (call.line..).zip(text.lines().skip(first).take(CALL));
    lines.into_iter().find_map(|(number, line)| {
        let at = line.find(option)?;
        let column = u32::try_from(line[..at].chars().count()).ok()? + 1;
        Some(Place {
            width: u32::try_from(option.len()).ok()?,
            ..Place::new(call.file.clone(), number, column)
        })
    })
}

/// Whether what a route believes are claims that one of these decodings yields.
pub(super) fn covers(subject: &Subject<'_>, route: &Route) -> bool {
    subject
        .python
        .verifications
        .iter()
        .any(|found| unverified(found) && believes(route, &found.fact.place))
}

fn unverified(found: &Verification) -> bool {
    found.fact.kind == VerifierKind::Unverified
        || found
            .switched_off
            .iter()
            .any(|option| option == "verify_signature")
}

/// How many routes believe what is decoded at a place.
fn believing(subject: &Subject<'_>, at: &Place) -> usize {
    subject
        .apis()
        .flat_map(|api| &api.routes)
        .filter(|route| believes(route, at))
        .count()
}

/// Whether a route believes unverified claims, and reads them at a place: there, or in a guard of the same file.
fn believes(route: &Route, at: &Place) -> bool {
    let Authentication::Forgeable { what, place } = &route.authentication else {
        return false;
    };
    what.contains("signature")
        && (place.file == at.file || route.guards.iter().any(|guard| guard.place.file == at.file))
}
