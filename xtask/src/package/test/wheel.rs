//! The wheel in empty environments: alone, and with what the extra `fastapi` brings.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::compare;
use crate::package::{Profile, TO_BUILD, empty, interpreter, python, succeed};

/// Signs and verifies a token with the package alone.
const TOKEN: &str = include_str!("token.py");
/// Calls the application of the README as its front end does.
const FIRST_LINES: &str = include_str!("first_lines.py");

/// Under which the README has its first lines.
const HEADING: &str = "## Guard the API";

/// Makes the wheel, installs it and runs what it brings. Returns what was left out, and why.
pub(super) fn run(program: &Path) -> Result<Option<String>> {
    let python = match interpreter(TO_BUILD) {
        Ok(python) => python,
        Err(why) => return Ok(Some(format!("wheel: {why}"))),
    };
    let wheel = python::package(&python, program, Profile::Dev)?;
    alone(&python, &wheel, program)?;
    println!("wheel: installed without any other package; imports, and runs as the program does");
    let skipped = with_fastapi(&python, &wheel)?;
    if skipped.is_none() {
        println!(
            "wheel: the lines of the README tell who calls, in a folder that holds the API alone, and with its lock"
        );
    }
    Ok(skipped.map(|why| format!("the lines of the README: {why}")))
}

fn alone(python: &OsStr, wheel: &Path, program: &Path) -> Result<()> {
    let environment = Environment::new(python, "test/python")?;
    let mut install = environment.pip();
    succeed(install.args(["--no-index", "--no-deps"]).arg(wheel))?;
    let installed = environment.script("betroth");
    ensure!(
        fs::read(&installed).ok() == fs::read(program).ok(),
        "`{}` is not the program itself, so something else starts before it",
        installed.display()
    );
    compare(&installed, program)?;
    let folder = tempfile::tempdir().context("could not make a folder")?;
    environment.run(TOKEN, &[], folder.path())
}

fn with_fastapi(python: &OsStr, wheel: &Path) -> Result<Option<String>> {
    let environment = Environment::new(python, "test/fastapi")?;
    let mut with_extra = wheel.as_os_str().to_owned();
    with_extra.push("[fastapi]");
    if let Err(error) = succeed(environment.pip().arg(with_extra)) {
        let said = error.to_string();
        let last = said.lines().rfind(|line| !line.trim().is_empty());
        let why = format!(
            "pip could not install what `[fastapi]` asks for: {}",
            last.unwrap_or_default()
        );
        if is_ci() {
            bail!("{why}");
        }
        return Ok(Some(why));
    }
    let lines = first_lines()?;
    let api = tempfile::tempdir().context("could not make a folder")?;
    write(&api.path().join("main.py"), &lines)?;
    environment.run(FIRST_LINES, &["BETTER_AUTH_URL"], api.path())?;
    with_lock(&environment, &lines)?;
    Ok(None)
}

/// The same lines in a folder that holds the API and its lock, whose contract names another variable for the issuer.
fn with_lock(environment: &Environment, lines: &str) -> Result<()> {
    let repository = tempfile::tempdir().context("could not make a folder")?;
    let contract = "[issuer]\nbase_url = { env = \"ISSUER\" }\n\n[api]\nroot = \"api\"\n";
    write(&repository.path().join("betroth.toml"), contract)?;
    fs::create_dir(repository.path().join("api")).context("could not make `api`")?;
    let mut lock = Command::new(environment.script("betroth"));
    succeed(lock.arg("lock").current_dir(repository.path()))?;
    let lock = fs::read_to_string(repository.path().join("api/betroth.lock.toml"))
        .context("`betroth lock` wrote no lock")?;

    let lines = lines.replace("Betroth()  ", "Betroth.from_contract()  ");
    ensure!(
        lines.contains("= Betroth.from_contract()"),
        "the lines of the README make no guard with `Betroth()`"
    );
    let api = tempfile::tempdir().context("could not make a folder")?;
    write(&api.path().join("betroth.lock.toml"), &lock)?;
    write(&api.path().join("main.py"), &lines)?;
    environment.run(FIRST_LINES, &["ISSUER"], api.path())
}

/// The first block of Python under [`HEADING`].
fn first_lines() -> Result<String> {
    let readme = fs::read_to_string(crate::root().join("README.md"))
        .context("could not read `README.md`")?;
    let block = readme
        .split_once(HEADING)
        .and_then(|(_, section)| section.split_once("```python\n"))
        .and_then(|(_, block)| block.split_once("```"));
    let (lines, _) =
        block.with_context(|| format!("`README.md` has no lines of Python under `{HEADING}`"))?;
    Ok(lines.to_owned())
}

fn write(file: &Path, text: &str) -> Result<()> {
    fs::write(file, text).with_context(|| format!("could not write `{}`", file.display()))
}

/// Whether nothing may be left out for want of a network.
#[expect(
    clippy::disallowed_methods,
    reason = "build servers name themselves in the environment"
)]
fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| value != "false")
}

/// A virtual environment with nothing in it but pip.
struct Environment {
    scripts: PathBuf,
}

impl Environment {
    fn new(python: &OsStr, name: &str) -> Result<Self> {
        let folder = empty(name)?;
        succeed(Command::new(python).args(["-m", "venv"]).arg(&folder))?;
        let scripts = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
        Ok(Self { scripts })
    }

    fn script(&self, name: &str) -> PathBuf {
        self.scripts
            .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    fn pip(&self) -> Command {
        let mut pip = Command::new(self.script("python"));
        pip.args(["-m", "pip", "install", "--quiet"]);
        pip.arg("--disable-pip-version-check");
        pip
    }

    /// Runs a program of Python in `folder`, whose modules it imports, without the variables of this process.
    fn run(&self, program: &str, arguments: &[&str], folder: &Path) -> Result<()> {
        let mut python = Command::new(self.script("python"));
        python.args(["-c", program]).args(arguments);
        python.env_clear().current_dir(folder);
        // Windows opens no socket without it.
        #[expect(clippy::disallowed_methods, reason = "passed on as it is")]
        python.envs(std::env::var_os("SYSTEMROOT").map(|root| ("SYSTEMROOT", root)));
        succeed(&mut python)
    }
}
