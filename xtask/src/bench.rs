//! `cargo xtask bench …`: what the program costs, beside what any program of its kind must pay.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Error, Result, ensure};

use crate::package::{Profile, TO_TEST, installed_bindings, interpreter};

/// The number of made-up Python files that are checked: the cost is to grow with them and no faster.
const SIZES: [&str; 3] = ["700", "1000", "10000"];

/// Measures `betroth check` on made-up trees, and on the folders given.
///
/// # Errors
/// Where the measuring program does not build or run.
pub(crate) fn check(folders: &[PathBuf]) -> Result<()> {
    for size in SIZES {
        cost(&["--generate".into(), size.into()])?;
    }
    for folder in folders {
        println!("{}", folder.display());
        cost(std::slice::from_ref(folder))?;
    }
    Ok(())
}

/// Measures what a token costs.
///
/// # Errors
/// Where the measuring program does not build or run.
pub(crate) fn token() -> Result<()> {
    measure("betroth-token", "token_cost", &[])
}

/// Measures what the Python package costs, as it is released.
///
/// # Errors
/// Where there is no Python that has what the programs import, or one of them fails.
pub(crate) fn guard() -> Result<()> {
    let python = interpreter(TO_TEST).map_err(Error::msg)?;
    let installed = installed_bindings(&python, Profile::Release)?;
    for program in ["guard", "isolation.py"] {
        println!("{program}");
        run(Command::new(&python), program, &installed)?;
    }
    Ok(())
}

/// Counts the instructions of requests to the Python package, as it is released: a figure that other work on the machine does not touch.
///
/// # Errors
/// Where there is no valgrind, no Python that has what the program imports, or it fails.
pub(crate) fn guard_instructions() -> Result<()> {
    let python = interpreter(TO_TEST).map_err(Error::msg)?;
    let valgrind = Command::new("valgrind").arg("--version").output();
    ensure!(
        valgrind.is_ok_and(|it| it.status.success()),
        "there is no valgrind, which counts: apt-get install valgrind"
    );
    let installed = installed_bindings(&python, Profile::Release)?;
    let counts = tempfile::tempdir()?;
    let mut command = Command::new("valgrind");
    command
        .args(["--quiet", "--tool=callgrind"])
        .arg(format!(
            "--callgrind-out-file={}/counts",
            counts.path().display()
        ))
        .arg(python)
        .env("CALLGRIND_COUNTS", counts.path().join("counts"));
    run(command, "guard/instructions.py", &installed)
}

/// Runs a measuring program of the Python package.
fn run(mut command: Command, program: &str, installed: &Path) -> Result<()> {
    let status = command
        .arg(crate::root().join("bindings/python/benches").join(program))
        .env("PYTHONPATH", installed)
        .current_dir(crate::root())
        .status()?;
    ensure!(
        status.success(),
        "`{program}` failed; bindings/python/benches/requirements.txt names what it imports"
    );
    Ok(())
}

fn cost(arguments: &[PathBuf]) -> Result<()> {
    measure("betroth-audit", "check_cost", arguments)
}

/// Runs the example `program` of `package`, which measures.
fn measure(package: &str, program: &str, arguments: &[PathBuf]) -> Result<()> {
    let status = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--release", "--package", package])
        .args(["--example", program, "--"])
        .args(arguments)
        .current_dir(crate::root())
        .status()?;
    ensure!(status.success(), "the measuring program failed");
    Ok(())
}
