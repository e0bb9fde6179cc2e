//! The Python that wheels are made and tested with.

use std::ffi::{OsStr, OsString};
use std::process::{Command, Stdio};

use super::answers;

/// Modules that an interpreter is to have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Needs {
    modules: &'static [&'static str],
    /// What `pip install` takes to bring them.
    packages: &'static str,
}

/// To make the wheel.
pub(crate) const TO_BUILD: Needs = Needs {
    modules: &["maturin"],
    packages: "maturin",
};

/// To run the tests and measurements of the Python package, too.
pub(crate) const TO_TEST: Needs = Needs {
    modules: &[
        "aiosqlite",
        "alembic",
        "fastapi",
        "httpx",
        "jwt",
        "maturin",
        "psycopg",
        "pytest",
        "pytest_asyncio",
        "sqlmodel",
        "uvicorn",
    ],
    packages: "-r bindings/python/tests/requirements.txt",
};

/// Where nobody names one.
const USUAL: [&str; 2] = ["python3", "python"];

/// Prints each module of its arguments that is not installed.
const MISSING: &str = "\
import importlib.util, sys
print(*(name for name in sys.argv[1:] if importlib.util.find_spec(name) is None))";

/// The interpreter that `BETROTH_TEST_PYTHON` names, else one of the path, that has what is needed.
///
/// # Errors
/// Why there is none, and what to do.
#[expect(
    clippy::disallowed_methods,
    reason = "the environment names the interpreter of the tests"
)]
pub(crate) fn interpreter(needs: Needs) -> Result<OsString, String> {
    let named = std::env::var_os("BETROTH_TEST_PYTHON").filter(|name| !name.is_empty());
    let candidates = match &named {
        Some(named) => vec![named.clone()],
        None => USUAL.map(OsString::from).to_vec(),
    };
    let mut lacking = None;
    for python in candidates {
        match missing(&python, needs.modules) {
            Some(missing) if missing.is_empty() => return Ok(python),
            Some(missing) => _ = lacking.get_or_insert((python, missing)),
            None => {}
        }
    }
    Err(match (lacking, named) {
        (Some((python, missing)), _) => lacks(&python, &missing, needs.packages),
        (None, Some(named)) => format!(
            "`BETROTH_TEST_PYTHON` names `{}`, which does not start as a Python",
            named.display()
        ),
        (None, None) => format!(
            "neither `{}` starts; `BETROTH_TEST_PYTHON` names a Python that is elsewhere",
            USUAL.join("` nor `")
        ),
    })
}

/// The modules that this Python lacks; `None` where it is none.
fn missing(python: &OsStr, modules: &[&str]) -> Option<Vec<String>> {
    if !answers(Command::new(python).arg("--version")) {
        return None;
    }
    let output = Command::new(python)
        .args(["-c", MISSING])
        .args(modules)
        .stdin(Stdio::null())
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let names = String::from_utf8_lossy(&output.stdout);
    Some(names.split_whitespace().map(str::to_owned).collect())
}

fn lacks(python: &OsStr, missing: &[String], packages: &str) -> String {
    let python = python.display();
    format!(
        "`{python}` lacks `{}`: `{python} -m pip install {packages}` brings what is missing, and \
         `BETROTH_TEST_PYTHON` names another Python",
        missing.join("`, `")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_interpreter_lacks_is_told_with_the_command_that_brings_it() {
        let missing = ["maturin".to_owned(), "httpx".to_owned()];
        assert_eq!(
            lacks(OsStr::new("python3"), &missing, "-r requirements.txt"),
            "`python3` lacks `maturin`, `httpx`: `python3 -m pip install -r requirements.txt` brings what is missing, \
             and `BETROTH_TEST_PYTHON` names another Python"
        );
    }

    #[test]
    fn what_is_no_python_lacks_nothing_and_is_none() {
        assert_eq!(missing(OsStr::new("no such program"), &["sys"]), None);
    }
}
