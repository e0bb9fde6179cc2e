//! `cargo xtask demo` where there are no process groups to stop everything by.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Result, bail};

const WHERE: &str = "the demonstration runs on Linux and macOS; on Windows, in WSL";

/// # Errors
/// Always.
pub(crate) fn run(_check: bool) -> Result<()> {
    bail!(WHERE)
}

/// # Errors
/// Never.
pub(crate) fn story(
    _program: OsString,
    _path: PathBuf,
    _line: impl FnMut(&str),
) -> Result<Option<String>> {
    Ok(Some(WHERE.to_owned()))
}
