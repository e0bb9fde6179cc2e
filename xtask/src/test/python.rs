//! The tests of the Python package: those of what pip installs, not of the folder it is made from.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use anyhow::Result;

use super::{Count, Stream, passed_on};
use crate::package::{Profile, TO_TEST, installed_bindings, interpreter};

/// Makes the package without the program, installs it in a folder of its own, and runs its tests. Returns what was left
/// out, and why.
pub(super) fn run(count: &mut Count) -> Result<Option<String>> {
    let python = match interpreter(TO_TEST) {
        Ok(python) => python,
        Err(why) => return Ok(Some(why)),
    };
    let installed = installed(&python)?;
    let mut tests = Command::new(&python);
    tests.args(["-m", "pytest", "-q", "-rfEs", "-p", "no:cacheprovider"]);
    tests.env("PYTHONPATH", &installed);
    tests.current_dir(crate::root().join("bindings/python"));
    let skipped = passed_on(tests, Stream::Output, count)?;
    Ok(
        (skipped > 0)
            .then(|| format!("{skipped} tests of the Python package; each says why above")),
    )
}

/// Makes the package without the program and installs it, once for all steps that import it. The folder is for
/// `PYTHONPATH`.
pub(super) fn installed(python: &OsStr) -> Result<PathBuf> {
    static INSTALLED: OnceLock<PathBuf> = OnceLock::new();
    if let Some(installed) = INSTALLED.get() {
        return Ok(installed.clone());
    }
    let installed = installed_bindings(python, Profile::Dev)?;
    Ok(INSTALLED.get_or_init(|| installed).clone())
}
