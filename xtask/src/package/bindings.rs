//! The Python package, installed in a folder of its own.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::{Profile, empty, only, succeed};

/// Makes the wheel with this interpreter, and installs it, without what it depends on. The folder is for `PYTHONPATH`.
pub(crate) fn installed(python: &OsStr, profile: Profile) -> Result<PathBuf> {
    let wheels = empty("bindings")?;
    let mut build = Command::new(python);
    build.args(["-m", "maturin", "build", "--quiet", "--profile"]);
    build.arg(profile.name()).arg("--out").arg(&wheels);
    succeed(build.current_dir(crate::root().join("bindings/python")))?;
    let folder = empty("test/bindings")?;
    let mut install = Command::new(python);
    install.args(["-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]);
    install.arg("--disable-pip-version-check");
    install.arg("--target").arg(&folder);
    succeed(install.arg(only(&wheels, ".whl")?))?;
    Ok(folder)
}
