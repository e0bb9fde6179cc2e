use betroth_report::{Finding, Place, Severity};
use betroth_source_python::{Authentication, Verification};

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
    subject
        .python
        .verifications
        .iter()
        .filter(|found| !is_aside(&found.fact.place.file))
        .filter_map(|found| of(subject, found))
        .collect()
}

fn of(subject: &Subject<'_>, found: &Verification) -> Option<Finding> {
    let off = |name: &str| found.switched_off.iter().any(|option| option == name);
    let place = &found.fact.place;
    if off("verify_signature") || found.fact.kind == betroth_agreement::VerifierKind::Unverified {
        let routes = believing(subject, place);
        let severity = if routes > 0 {
            Severity::Error
        } else if found.believed && found.reached {
            Severity::Warning
        } else {
            Severity::Note
        };
        let message = format!(
            "`{}` decodes a token without verifying its signature",
            found.callable
        );
        let finding = Finding::new(RULE.id, severity, place.clone(), message).help(
            "verify it with the issuer's key: `jwt.decode(token, key, algorithms=[…], audience=…)`",
        );
        return Some(match severity {
            Severity::Note => finding
                .label("not verified")
                .why("what it yields decides nothing as the code stands"),
            _ => finding
                .label(match routes {
                    0 => "its claims are believed".to_owned(),
                    1 => "its claims decide who is served on 1 route".to_owned(),
                    many => format!("its claims decide who is served on {many} routes"),
                })
                .why("anyone can write a token for any person, and is served as that person"),
        });
    }
    let others: Vec<&str> = ["verify_exp", "verify_aud", "verify_iss"]
        .into_iter()
        .filter(|name| off(name))
        .collect();
    let first = others.first()?;
    let why = match *first {
        "verify_exp" => "a token that was stolen once works for ever",
        "verify_aud" => "a token that was issued for another service passes here",
        _ => "a token of another issuer with the same key passes here",
    };
    let severity = if found.reached {
        Severity::Warning
    } else {
        Severity::Note
    };
    Some(
        Finding::new(
            RULE.id,
            severity,
            place.clone(),
            format!(
                "`{}` verifies a token with `{}` switched off",
                found.callable,
                others.join("`, `")
            ),
        )
        .label("switched off here")
        .why(why)
        .help(match *first {
            "verify_aud" => "pass the audience that the token is issued for: `audience=…`",
            "verify_exp" => "leave the option out, and have the front end ask for a new token",
            _ => "pass the issuer: `issuer=…`",
        }),
    )
}

/// Whether a place at which the API believes something is a decoding without a signature check.
pub(super) fn is_at(subject: &Subject<'_>, place: &Place) -> bool {
    subject.python.verifications.iter().any(|found| {
        let unverified = found.fact.kind == betroth_agreement::VerifierKind::Unverified
            || found
                .switched_off
                .iter()
                .any(|option| option == "verify_signature");
        unverified && same_spot(&found.fact.place, place)
    })
}

/// How many routes believe what is decoded at a place.
fn believing(subject: &Subject<'_>, at: &Place) -> usize {
    subject
        .apis()
        .flat_map(|api| &api.routes)
        .filter(|route| {
            matches!(&route.authentication, Authentication::Forgeable { place, .. } if same_spot(at, place))
        })
        .count()
}

fn same_spot(one: &Place, other: &Place) -> bool {
    one.file == other.file && one.line == other.line
}
