//! Installs the packages into empty environments, and compares what they run with the program itself.

mod node;
mod wheel;

use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context, Result, ensure};

use super::{Profile, program};

/// Makes and installs the packages. Returns which were left out, and why.
pub(crate) fn run() -> Result<Option<String>> {
    let program = program(Profile::Dev)?;
    let skipped: Vec<String> = [wheel::run(&program)?, node::run(&program)?]
        .into_iter()
        .flatten()
        .collect();
    Ok((!skipped.is_empty()).then(|| skipped.join("; ")))
}

/// Fails where what is installed says something else than the program, or ends otherwise.
fn compare(installed: &Path, program: &Path) -> Result<()> {
    for (arguments, code) in [
        (&["--version"][..], 0),
        (&["check", "examples/broken"], 1),
        (&["check", "no such folder"], 2),
    ] {
        let own = output(program, arguments)?;
        let said = output(installed, arguments)?;
        ensure!(
            said.status.code() == Some(code)
                && said.stdout == own.stdout
                && said.stderr == own.stderr,
            "`{} {}` ended with {} and said\n{}{}",
            installed.display(),
            arguments.join(" "),
            said.status,
            String::from_utf8_lossy(&said.stdout),
            String::from_utf8_lossy(&said.stderr)
        );
    }
    Ok(())
}

fn output(program: &Path, arguments: &[&str]) -> Result<Output> {
    Command::new(program)
        .args(arguments)
        .current_dir(crate::root())
        .output()
        .with_context(|| format!("could not start `{}`", program.display()))
}
