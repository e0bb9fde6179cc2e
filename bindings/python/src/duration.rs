//! Stretches of time, in the words of the contract.

use betroth_contract::value::Duration;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// The seconds of a text such as `30s`, `15m`, `12h` or `7d`; at least 1.
///
/// Raises `ValueError` where it is none.
#[pyfunction]
pub(crate) fn seconds_of(text: &str) -> PyResult<u64> {
    let duration: Result<Duration, _> = text.parse();
    let duration = duration.map_err(|fault| {
        PyValueError::new_err(format!("the duration {}: {}", fault.says, fault.help))
    })?;
    Ok(duration.seconds())
}
