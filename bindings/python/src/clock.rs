//! The time, where Python gives none.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime};

use betroth_token::Timestamp;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

/// By how many seconds tests have moved the time; 0 in every other process, see [`move_clock`].
static MOVED: AtomicI64 = AtomicI64::new(0);

/// `now` in whole seconds since 1970, or the time of this machine.
pub(crate) fn wall(now: Option<u64>) -> Timestamp {
    Timestamp::from_unix(now.unwrap_or_else(|| {
        let moved = MOVED.load(Ordering::Relaxed);
        machine().saturating_add_signed(moved)
    }))
}

#[expect(
    clippy::disallowed_methods,
    reason = "a host of the verifier is where its clock is"
)]
fn machine() -> u64 {
    Timestamp::from_clock(SystemTime::now()).unix()
}

/// `now` in whole seconds, or the seconds since the first asking: a clock that never goes back.
pub(crate) fn steady(now: Option<u64>) -> Timestamp {
    static START: OnceLock<Instant> = OnceLock::new();
    let elapsed = || START.get_or_init(Instant::now).elapsed().as_secs();
    Timestamp::from_unix(now.unwrap_or_else(elapsed))
}

/// The time that tokens are judged at, in whole seconds since 1970.
#[pyfunction]
pub(crate) fn clock_now() -> u64 {
    wall(None).unix()
}

/// Has every verifier of this process judge tokens `seconds` after the time of the machine; 0 undoes it.
///
/// For `betroth.testing`. Raises `RuntimeError` where no pytest is loaded: nothing that serves people has it.
#[pyfunction]
pub(crate) fn move_clock(py: Python<'_>, seconds: i64) -> PyResult<()> {
    let modules = py.import("sys")?.getattr("modules")?;
    if seconds != 0 && !modules.contains("pytest")? {
        let says = "the clock is moved in tests alone, and no pytest runs here";
        return Err(PyRuntimeError::new_err(says));
    }
    MOVED.store(seconds, Ordering::Relaxed);
    Ok(())
}
