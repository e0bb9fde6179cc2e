//! The checks and tests of the client in the npm package.

use std::process::Command;

use anyhow::Result;

use super::{Count, Stream, passed_on};
use crate::package::{CLIENT, NO_CLIENT, TO_TEST, has_client, interpreter, npm};

/// Checks the package as those who install it see it, then runs its tests. Returns what was left out, and why.
pub(super) fn run(count: &mut Count) -> Result<Option<String>> {
    if !has_client() {
        return Ok(Some(NO_CLIENT.to_owned()));
    }
    passed_on(script("check"), Stream::Output, count)?;
    let skipped = passed_on(script("test"), Stream::Output, count)?;
    Ok((skipped > 0).then(|| format!("{skipped} tests of the client; each says why above")))
}

/// One script of the package.
fn script(name: &str) -> Command {
    let mut script = npm();
    script
        .args(["run", name])
        .current_dir(crate::root().join(CLIENT));
    // The guard in FastAPI is what requests of some tests meet.
    if let Ok(python) = interpreter(TO_TEST) {
        script.env("BETROTH_TEST_PYTHON", python);
    }
    script
}
