//! The tests of the Python package: those of what pip installs, not of the folder it is made from.

use std::process::Command;

use anyhow::Result;

use super::{Count, Stream, passed_on};
use crate::package::{NO_PYTHON, answers, empty, interpreter, only, succeed};

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
    let folder = crate::root().join("bindings/python");
    let wheels = empty("bindings")?;
    let mut build = Command::new(&python);
    build.args(["-m", "maturin", "build", "--quiet", "--profile", "dev"]);
    succeed(build.arg("--out").arg(&wheels).current_dir(&folder))?;
    let installed = empty("test/bindings")?;
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]);
    install.arg("--disable-pip-version-check");
    install.arg("--target").arg(&installed);
    succeed(install.arg(only(&wheels, ".whl")?))?;
    let mut tests = Command::new(&python);
    tests.args(["-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider"]);
    tests.current_dir(&folder).env("PYTHONPATH", &installed);
    let skipped = passed_on(tests, Stream::Output, count)?;
    Ok(
        (skipped > 0)
            .then(|| format!("{skipped} tests of the Python package; each says why above")),
    )
}
