use std::collections::BTreeMap;

use betroth_report::{Finding, Fix, Place, Severity};
use betroth_source_python::LoggedKind;
use betroth_source_typescript::{Audience, Exposed};

use super::{Subject, rule};
use crate::access::is_aside;

rule! {
    /// A token or a secret is written to a log.
    ///
    /// Logs are read by more people than the database, are kept for longer than a token lives, and are sent to other services.
    /// The start of a token tells its algorithm, its key and who it belongs to; the start of a secret makes it easier to guess.
    ///
    /// ```py bad backend/main.py
    /// import os
    /// import jwt
    /// from fastapi import Depends, FastAPI, HTTPException
    /// from fastapi.security import HTTPBearer
    ///
    /// bearer = HTTPBearer()
    /// issuer = os.environ["BETTER_AUTH_URL"]
    /// keys = jwt.PyJWKClient(f"{issuer}/api/auth/jwks")
    ///
    /// def current_user(credentials=Depends(bearer)):
    ///     token = credentials.credentials
    ///     print(f"token {token}")
    ///     try:
    ///         key = keys.get_signing_key_from_jwt(token).key
    ///         return jwt.decode(token, key, algorithms=["EdDSA"], issuer=issuer, audience=issuer)
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
    /// bearer = HTTPBearer()
    /// issuer = os.environ["BETTER_AUTH_URL"]
    /// keys = jwt.PyJWKClient(f"{issuer}/api/auth/jwks")
    ///
    /// def current_user(credentials=Depends(bearer)):
    ///     token = credentials.credentials
    ///     try:
    ///         key = keys.get_signing_key_from_jwt(token).key
    ///         return jwt.decode(token, key, algorithms=["EdDSA"], issuer=issuer, audience=issuer)
    ///     except jwt.PyJWTError as error:
    ///         print(f"refused: {type(error).__name__}")
    ///         raise HTTPException(status_code=401)
    ///
    /// app = FastAPI()
    ///
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     return []
    /// ```
    "secret-in-log" { severity: Warning, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut logged: BTreeMap<(&str, bool), Vec<Shown<'_>>> = BTreeMap::new();
    let mut add = |place, secret, name, cut, reached| {
        let list = logged.entry((file_of(place), secret)).or_default();
        list.push(Shown {
            place,
            name,
            cut,
            reached,
        });
    };
    for found in &subject.python.logged {
        let secret = found.kind == LoggedKind::Secret;
        add(&found.place, secret, &found.name, found.cut, true);
    }
    for exposure in subject.webs.iter().flat_map(|web| &web.exposed) {
        if exposure.to == Audience::Log {
            let (secret, name) = match &exposure.what {
                Exposed::Token(name) => (false, name),
                Exposed::Secret(name) => (true, name),
            };
            add(
                &exposure.place,
                secret,
                name,
                exposure.cut,
                exposure.reached,
            );
        }
    }
    logged
        .into_iter()
        .filter(|((file, _), _)| !is_aside(file))
        .filter_map(|((_, secret), mut places)| {
            // What is written whole comes before what is cut.
            places.sort_by_key(|shown| (shown.cut, shown.place));
            places.dedup();
            finding(secret, &places)
        })
        .collect()
}

/// One call that logs.
#[derive(PartialEq, Eq)]
struct Shown<'a> {
    place: &'a Place,
    name: &'a str,
    cut: bool,
    reached: bool,
}

fn file_of(place: &Place) -> &str {
    &place.file
}

/// One finding a file and kind, at its first place.
fn finding(secret: bool, places: &[Shown<'_>]) -> Option<Finding> {
    let (first, others) = places.split_first()?;
    let part = if first.cut { "a part of " } else { "" };
    let what = match (secret, first.name) {
        (true, name) => format!("{part}the secret `{name}` is"),
        (false, name) if name.ends_with("cookies") => format!("{part}what `{name}` holds is"),
        (false, name) => format!("{part}the token `{name}` is"),
    };
    // The start of a JWT tells its algorithm and key, and opens nothing.
    let severity = if first.reached && !first.cut {
        Severity::Warning
    } else {
        Severity::Note
    };
    let finding = Finding::new(
        RULE.id,
        severity,
        first.place.clone(),
        format!("{what} written to the log"),
    )
    .label("readable for all who read the log")
    .why("logs are kept, copied and read by many; a token works for whoever finds it there")
    .help("log that there is one, or its length; for a token the name of the error that refused it")
    .fix(Fix::Suggested);
    Some(finding.also(others.iter().map(|shown| shown.place), "and here"))
}
