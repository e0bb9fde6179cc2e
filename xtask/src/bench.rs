//! `cargo xtask bench …`: what the program costs, beside what any program of its kind must pay.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, ensure};

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

fn cost(arguments: &[PathBuf]) -> Result<()> {
    let status = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--release", "--package", "betroth-audit"])
        .args(["--example", "check_cost", "--"])
        .args(arguments)
        .current_dir(crate::root())
        .status()?;
    ensure!(status.success(), "the measuring program failed");
    Ok(())
}
