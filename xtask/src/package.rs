//! `cargo xtask package`: the Python package and the npm packages, each with the program, in `target/packages`.
//!
//! *To add a platform*, add a line to [`npm::PLATFORMS`]; the package of a platform is made on that platform.
//! *Not here*: publishing.

mod interpreter;
mod npm;
mod python;
mod test;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Error, Result, ensure};
use clap::ValueEnum;

use interpreter::TO_BUILD;
pub(crate) use interpreter::{TO_TEST, interpreter};
pub(crate) use npm::{CLIENT, NO_CLIENT, has_client, npm};
pub(crate) use python::{bindings, installed as installed_bindings};
pub(crate) use test::run as test;

/// A package manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Package {
    /// The wheel, by maturin: what is imported, and the program of this platform.
    Python,
    /// The client, the launcher and the program of this platform, by npm.
    Npm,
}

/// How the program is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Profile {
    /// For people.
    Release,
    /// For tests.
    Dev,
}

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Dev => "dev",
        }
    }

    /// Its folder below `target`.
    fn folder(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Dev => "debug",
        }
    }
}

/// Makes the packages; all of them where none is named.
///
/// # Errors
/// Names the tool that is missing, or that failed.
pub(crate) fn run(packages: &[Package], profile: Profile) -> Result<()> {
    let packages = if packages.is_empty() {
        Package::value_variants()
    } else {
        packages
    };
    let program = program(profile)?;
    for package in packages {
        let made = match package {
            Package::Python => {
                let python = interpreter(TO_BUILD).map_err(Error::msg)?;
                vec![python::package(&python, &program, profile)?]
            }
            Package::Npm => npm::package(&program)?,
        };
        for file in made {
            let shown = file.strip_prefix(crate::root()).unwrap_or(&file);
            println!("made {}", shown.display());
        }
    }
    Ok(())
}

/// Compiles the program.
fn program(profile: Profile) -> Result<PathBuf> {
    let arguments = ["build", "--package", "betroth-cli", "--profile"];
    let mut cargo = Command::new("cargo");
    cargo
        .args(arguments)
        .arg(profile.name())
        .current_dir(crate::root());
    succeed(&mut cargo)?;
    let file = format!("betroth{}", std::env::consts::EXE_SUFFIX);
    Ok(crate::root()
        .join("target")
        .join(profile.folder())
        .join(file))
}

/// A folder below `target/packages`, empty.
fn empty(name: &str) -> Result<PathBuf> {
    let folder = crate::root().join("target/packages").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder)
            .with_context(|| format!("could not empty `{}`", folder.display()))?;
    }
    fs::create_dir_all(&folder)
        .with_context(|| format!("could not make `{}`", folder.display()))?;
    Ok(folder)
}

/// The one file of a folder with that ending.
pub(crate) fn only(folder: &Path, ending: &str) -> Result<PathBuf> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("could not list `{}`", folder.display()))?;
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.to_string_lossy().ends_with(ending))
        .with_context(|| format!("no `*{ending}` was made in `{}`", folder.display()))
}

/// Runs a command whose output only matters where it fails.
fn succeed(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("could not start `{name}`"))?;
    ensure!(
        output.status.success(),
        "{command:?} ended with {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

/// Whether a command runs at all.
fn answers(command: &mut Command) -> bool {
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}
