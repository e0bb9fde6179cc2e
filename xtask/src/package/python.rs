//! The wheel.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::{Profile, answers, empty, only, succeed};

/// What to do where maturin is missing.
pub(crate) const MISSING: &str = "no Python with maturin was found; `pip install maturin` brings it, \
     and `BETROTH_TEST_PYTHON` names an interpreter that is not `python3`";

/// Makes the wheel. Its version is that of the crate.
pub(super) fn package(profile: Profile) -> Result<PathBuf> {
    let python = interpreter().context(MISSING)?;
    let folder = empty("python")?;
    succeed(
        Command::new(python)
            .args(["-m", "maturin", "build", "--quiet", "--profile"])
            .arg(profile.name())
            .arg("--out")
            .arg(&folder)
            .current_dir(crate::root().join("packaging/python")),
    )?;
    only(&folder, ".whl")
}

/// A Python that has maturin.
#[expect(
    clippy::disallowed_methods,
    reason = "the environment names the interpreter of the tests"
)]
pub(crate) fn interpreter() -> Option<OsString> {
    let named = std::env::var_os("BETROTH_TEST_PYTHON");
    named
        .into_iter()
        .chain(["python3".into(), "python".into()])
        .find(|python| answers(Command::new(python).args(["-m", "maturin", "--version"])))
}
