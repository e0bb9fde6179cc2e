//! The npm packages in an empty project.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::compare;
use crate::package::{answers, empty, npm, succeed};

/// Makes the packages and installs them with and without install scripts. Returns why it was left out, if it was.
pub(super) fn run(program: &Path) -> Result<Option<String>> {
    if !answers(npm::npm().arg("--version")) {
        return Ok(Some("npm package: npm is not installed".to_owned()));
    }
    if !npm::has_client() {
        return Ok(Some(format!("npm package: {}", npm::NO_CLIENT)));
    }
    let packages = npm::package(program)?;
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
        compare(&project.join("node_modules/.bin").join(file), program)?;
        if !scripts {
            without_program(&project)?;
        }
        client(&project)?;
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

/// Fails unless the client can be imported.
fn client(project: &Path) -> Result<()> {
    let code =
        "import { createClient } from 'betroth'; createClient({ url: 'http://localhost:8000' })";
    succeed(
        Command::new("node")
            .args(["--input-type=module", "--eval", code])
            .current_dir(project),
    )
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
