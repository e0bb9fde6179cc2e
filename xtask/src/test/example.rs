//! The tests of `examples/notes`: those of its API, and the story of two people in a browser.

use std::process::Command;

use anyhow::{Result, bail};

use super::python::installed;
use super::{Count, Stream, passed_on};
use crate::demo;
use crate::package::{TO_TEST, interpreter};

/// Runs the tests of the API with the Python package of this checkout. Returns why they were left out, if they were.
pub(super) fn api(count: &mut Count) -> Result<Option<String>> {
    let python = match interpreter(TO_TEST) {
        Ok(python) => python,
        Err(why) => return Ok(Some(why)),
    };
    let mut tests = Command::new(&python);
    tests.args(["-m", "pytest", "-q", "-rfEs", "-p", "no:cacheprovider"]);
    // The plugin of other tests, which these do not have.
    tests.args(["-p", "no:asyncio"]);
    tests.env("PYTHONPATH", installed(&python)?);
    tests.env("PYTHONDONTWRITEBYTECODE", "1");
    tests.current_dir(crate::root().join("examples/notes/api"));
    let skipped = passed_on(tests, Stream::Output, count)?;
    Ok((skipped > 0).then(|| format!("{skipped} tests of the example; each says why above")))
}

/// Builds the pages, which checks their types, and runs the story. Returns why it was left out, if it was.
#[expect(
    clippy::disallowed_methods,
    reason = "a build server says of itself that it is one"
)]
pub(super) fn story(count: &mut Count) -> Result<Option<String>> {
    let skipped = match interpreter(TO_TEST) {
        Ok(python) => {
            let path = installed(&python)?;
            demo::story(python, path, |line| count.add(line))?
        }
        Err(why) => Some(why),
    };
    let is_ci = std::env::var_os("CI").is_some_and(|value| value == "true");
    match skipped {
        Some(why) if is_ci => bail!("with `CI=true` it is not skipped: {why}"),
        skipped => Ok(skipped),
    }
}
