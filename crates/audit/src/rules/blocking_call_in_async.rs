use std::collections::BTreeMap;

use betroth_report::{Finding, Fix, Severity};
use betroth_source_python::{Blocking, WaitsFor};

use super::{Subject, rule};
use crate::access::is_aside;

rule! {
    /// A coroutine on the way of every caller waits without `await`.
    ///
    /// The event loop runs one thing at a time. While a coroutine waits for a database, for another service or for the issuer's keys
    /// by a call that is not awaited, no other request of the process goes on; if the other side hangs, so does the API.
    /// FastAPI runs a dependency written with `def` in a thread, where waiting is harmless.
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
    /// async def current_user(credentials=Depends(bearer)):
    ///     token = credentials.credentials
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
    /// from fastapi.concurrency import run_in_threadpool
    /// from fastapi.security import HTTPBearer
    ///
    /// bearer = HTTPBearer()
    /// issuer = os.environ["BETTER_AUTH_URL"]
    /// keys = jwt.PyJWKClient(f"{issuer}/api/auth/jwks")
    ///
    /// async def current_user(credentials=Depends(bearer)):
    ///     token = credentials.credentials
    ///     try:
    ///         key = (await run_in_threadpool(keys.get_signing_key_from_jwt, token)).key
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
    "blocking-call-in-async" { severity: Warning, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut functions: BTreeMap<(&str, &str), Vec<&Blocking>> = BTreeMap::new();
    for call in &subject.python.blocking {
        if call.reached && !is_aside(&call.place.file) {
            let function = (call.place.file.as_str(), call.callable.as_str());
            functions.entry(function).or_default().push(call);
        }
    }
    functions
        .values()
        .filter_map(|calls| finding(calls))
        .collect()
}

/// One finding a function, at its first call.
fn finding(calls: &[&Blocking]) -> Option<Finding> {
    let (first, others) = calls.split_first()?;
    let other_side = match first.waits_for {
        WaitsFor::Database => "the database",
        WaitsFor::Service => "another service",
        WaitsFor::KeySet => "the issuer's keys",
        WaitsFor::Time => "time to pass",
    };
    let help = match first.waits_for {
        WaitsFor::Database => {
            "write the function with `def`, so that FastAPI runs it in a thread, or use an `AsyncSession`"
        }
        WaitsFor::Service => "use `httpx.AsyncClient` with a time limit, and `await` it",
        WaitsFor::KeySet => {
            "write the function with `def`, or `await run_in_threadpool(…)` around the call"
        }
        WaitsFor::Time => "`await asyncio.sleep(…)`",
    };
    let finding = Finding::new(
        RULE.id,
        Severity::Warning,
        first.place.clone(),
        format!(
            "`{}` waits for {other_side} on the event loop{}",
            first.callable,
            if first.waits_for == WaitsFor::Database {
                ", for every caller"
            } else {
                ""
            }
        ),
    )
    .label(format!("`{}` without `await`", first.what))
    .why("until the answer comes, no other request of the process goes on")
    .help(help)
    .fix(Fix::Suggested);
    Some(finding.also(others.iter().map(|other| &other.place), "and here"))
}
