//! Why a token is refused, as a Python exception.

use pyo3::create_exception;
use pyo3::exceptions::PyException;
use pyo3::prelude::*;

create_exception!(
    betroth._betroth,
    Refusal,
    PyException,
    "A token is refused.\n\nThe text, `code` and `cure` are for the log; `status`, `error` and `description` are for who sent it."
);

/// The exception of `refusal`; `retry_after` in seconds, where it may be told later.
pub(crate) fn exception(
    py: Python<'_>,
    refusal: &betroth_token::Refusal,
    retry_after: Option<u64>,
) -> PyErr {
    let exception = Refusal::new_err(refusal.to_string());
    let face = refusal.face();
    let value = exception.value(py);
    let filled = value
        .setattr("code", refusal.code())
        .and_then(|()| value.setattr("claim", refusal.claim()))
        .and_then(|()| value.setattr("status", face.status()))
        .and_then(|()| value.setattr("error", face.error()))
        .and_then(|()| value.setattr("description", refusal.description()))
        .and_then(|()| value.setattr("cure", refusal.cure()))
        .and_then(|()| value.setattr("retry_after", retry_after));
    filled.map_or_else(|fault| fault, |()| exception)
}
