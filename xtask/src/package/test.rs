//! Installs the packages into empty environments, and compares what they run with the program itself.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context, Result, ensure};

use super::{Profile, answers, empty, npm, program, python, succeed};

/// Makes and installs the packages. Returns which were left out, and why.
pub(crate) fn run() -> Result<Option<String>> {
    let skipped: Vec<String> = [wheel()?, node()?].into_iter().flatten().collect();
    Ok((!skipped.is_empty()).then(|| skipped.join("; ")))
}

fn wheel() -> Result<Option<String>> {
    let Some(interpreter) = python::interpreter() else {
        return Ok(Some(format!("wheel: {}", python::MISSING)));
    };
    let wheel = python::package(Profile::Dev)?;
    let environment = empty("test/python")?;
    succeed(
        Command::new(interpreter)
            .args(["-m", "venv"])
            .arg(&environment),
    )?;
    let scripts = environment.join(if cfg!(windows) { "Scripts" } else { "bin" });
    succeed(
        Command::new(scripts.join("python"))
            .args(["-m", "pip", "install", "--quiet", "--no-index", "--no-deps"])
            .arg("--disable-pip-version-check")
            .arg(wheel),
    )?;
    compare(&scripts.join("betroth"))?;
    println!("wheel: installed, and runs as the program does");
    Ok(None)
}

fn node() -> Result<Option<String>> {
    if !answers(npm::npm().arg("--version")) {
        return Ok(Some("npm package: npm is not installed".to_owned()));
    }
    let packages = npm::package(Profile::Dev)?;
    // With the program in the launcher's place, and with the launcher, as where install scripts are switched off.
    for scripts in [true, false] {
        let project = empty("test/npm")?;
        fs::write(project.join("package.json"), "{ \"private\": true }\n")
            .context("could not write `package.json`")?;
        let mut install = npm::npm();
        install.args([
            "install",
            "--silent",
            "--offline",
            "--no-audit",
            "--no-fund",
        ]);
        if !scripts {
            install.arg("--ignore-scripts");
        }
        succeed(install.args(&packages).current_dir(&project))?;
        let file = if cfg!(windows) {
            "betroth.cmd"
        } else {
            "betroth"
        };
        compare(&project.join("node_modules/.bin").join(file))?;
        if !scripts {
            without_program(&project)?;
        }
        let launcher = fs::read(project.join("node_modules/betroth/bin/betroth"))
            .context("the launcher is not installed")?;
        ensure!(
            cfg!(windows) || launcher.starts_with(b"#!") != scripts,
            "the install script {} put the program in the launcher's place",
            if scripts {
                "has not"
            } else {
                "was not run, and yet something"
            }
        );
    }
    println!("npm package: installed, and runs as the program does");
    Ok(None)
}

/// Fails unless the launcher says what to do where the package of the platform was left out.
fn without_program(project: &Path) -> Result<()> {
    let modules = project.join("node_modules");
    fs::remove_dir_all(modules.join("@betroth")).context("no platform's package is installed")?;
    let said = Command::new("node")
        .arg(modules.join("betroth/bin/betroth"))
        .output()
        .context("could not start `node`")?;
    let words = String::from_utf8_lossy(&said.stderr);
    ensure!(
        said.status.code() == Some(2) && words.contains("without `--omit=optional`"),
        "the launcher without a program ended with {} and said\n{words}",
        said.status
    );
    Ok(())
}

/// Fails where what is installed says something else than the program, or ends otherwise.
fn compare(installed: &Path) -> Result<()> {
    let program = program(Profile::Dev)?;
    for (arguments, code) in [
        (&["--version"][..], 0),
        (&["check", "examples/broken"], 1),
        (&["check", "no such folder"], 2),
    ] {
        let own = output(&program, arguments)?;
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
