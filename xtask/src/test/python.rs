//! The tests of the Python package: those of what pip installs, not of the folder it is made from.

use std::process::Command;

use anyhow::Result;

use super::{Count, Stream, passed_on};
use crate::package::{NO_PYTHON, Profile, answers, installed_bindings, interpreter};

/// What the tests import beside the package.
const PACKAGES: &str = "import aiosqlite, alembic, fastapi, httpx, maturin, psycopg, pytest, pytest_asyncio, sqlmodel, uvicorn";

/// Makes the wheel, installs it in a folder of its own, and runs its tests. Returns what was left out, and why.
pub(super) fn run(count: &mut Count) -> Result<Option<String>> {
    let Some(python) = interpreter() else {
        return Ok(Some(NO_PYTHON.to_owned()));
    };
    if !answers(Command::new(&python).args(["-c", PACKAGES])) {
        return Ok(Some(format!(
            "`BETROTH_TEST_PYTHON` names no Python in which `{PACKAGES}` works"
        )));
    }
    let installed = installed_bindings(&python, Profile::Dev)?;
    let mut tests = Command::new(&python);
    tests.args(["-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider"]);
    tests.env("PYTHONPATH", &installed);
    tests.current_dir(crate::root().join("bindings/python"));
    let skipped = passed_on(tests, Stream::Output, count)?;
    Ok(
        (skipped > 0)
            .then(|| format!("{skipped} tests of the Python package; each says why above")),
    )
}
