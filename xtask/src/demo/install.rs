//! What the example needs, made and installed into its own folders; what is there and unchanged stays.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::address::Addresses;
use super::fingerprint::Fingerprint;
use super::needs::Tools;
use super::wait::step;
use super::{Python, example, scratch};
use crate::package::{CLIENT, Profile, bindings, npm, only};

const NPM: &str =
    "see that `npm ping` reaches your registry, then run it again; what is installed already stays";
const PIP: &str = "see that `python3 -m pip download pip` reaches your index, then run it again; what is installed already stays";
const WHEEL: &str =
    "`cargo build --package betroth-python` says more; its cryptography is built by a C compiler";

/// The client, built.
pub(super) fn client() -> Result<()> {
    let folder = crate::root().join(CLIENT);
    modules(
        "client-modules",
        "installing what the client is made with",
        &folder,
    )?;
    let sources = ["src", "package.json", "tsconfig.json"].map(|name| folder.join(name));
    let made = Fingerprint::of("client", &sources, &[])?;
    if made.holds(&folder.join("dist")) {
        return Ok(());
    }
    let mut build = npm();
    build.args(["run", "build"]).current_dir(&folder);
    step(
        "client",
        "building the client",
        &mut build,
        "`npm run build` in `bindings/typescript` says more",
    )?;
    made.keep()
}

/// What the pages stand on; the client is copied in as a registry would give it.
pub(super) fn pages() -> Result<()> {
    let client = crate::root().join(CLIENT);
    let copied = Fingerprint::of(
        "pages",
        &[client.join("src"), client.join("package.json")],
        &[],
    )?;
    let web = example("web");
    if copied.holds(&web.join("node_modules/betroth/dist")) && has_modules(&web) {
        return Ok(());
    }
    install_modules("pages", "installing what the pages stand on", &web)?;
    copied.keep()
}

/// What the story drives a browser with.
pub(super) fn driver() -> Result<()> {
    modules(
        "driver",
        "installing what drives the browser",
        &example("story"),
    )
}

/// The pages as they are served, for these addresses.
pub(super) fn production(addresses: Addresses) -> Result<()> {
    let web = example("web");
    let client = web.join("node_modules/betroth/package.json");
    let made = Fingerprint::of("production", &[web.clone(), client], &[&addresses.api()])?;
    if made.holds(&web.join(".next/BUILD_ID")) {
        return Ok(());
    }
    let mut build = Command::new("node");
    build
        .args([super::servers::NEXT, "build"])
        .current_dir(&web);
    build
        .envs(addresses.settings())
        .env("NEXT_TELEMETRY_DISABLED", "1");
    // Its pages look at Better Auth's configuration, not at what anybody has stored.
    build.env("AUTH_DATABASE", scratch("build.db"));
    let cure = "`npm run build` in `examples/notes/web` says more; after `cargo xtask demo`, `npm run types` does so in seconds";
    step("production", "building the pages", &mut build, cure)?;
    made.keep()
}

/// The environment of the API: the Python package of this checkout, and what `requirements.txt` pins.
pub(super) fn api(tools: &Tools) -> Result<Python> {
    let folder = example("api/.venv");
    let program = folder.join("bin/python").into_os_string();
    let mut sources = vec![
        crate::root().join("bindings/python"),
        crate::root().join("Cargo.lock"),
    ];
    for name in ["contract", "token", "better-auth"] {
        sources.push(crate::root().join("crates").join(name));
    }
    let requirements = example("api/requirements.txt");
    sources.push(requirements.clone());
    let made = Fingerprint::of("api", &sources, &[&tools.python.to_string_lossy()])?;
    if !made.holds(Path::new(&program)) {
        let wheel = wheel(tools)?;
        environment(
            "api-environment",
            "making the environment of the API",
            &tools.python,
            &folder,
        )?;
        let mut install = pip(&program);
        // A wheel of the same version may hold something else than before.
        install
            .arg("-r")
            .arg(requirements)
            .args(["--force-reinstall"])
            .arg(wheel);
        step("api", "installing what the API imports", &mut install, PIP)?;
        made.keep()?;
    }
    Ok(Python {
        program,
        path: None,
    })
}

/// Makes the wheel, with the maturin that tests make it with.
fn wheel(tools: &Tools) -> Result<PathBuf> {
    let folder = scratch("maturin");
    let program = folder.join("bin/python").into_os_string();
    let pin = maturin()?;
    let made = Fingerprint::of("maturin", &[], &[&pin, &tools.python.to_string_lossy()])?;
    if !made.holds(Path::new(&program)) {
        environment(
            "maturin-environment",
            "making an environment that builds wheels",
            &tools.python,
            &folder,
        )?;
        step("maturin", "installing maturin", pip(&program).arg(pin), PIP)?;
        made.keep()?;
    }
    let (mut build, wheels) = bindings(&program, Profile::Dev)?;
    step("wheel", "building the Python package", &mut build, WHEEL)?;
    only(&wheels, ".whl")
}

/// The line of the requirements that pins maturin.
fn maturin() -> Result<String> {
    let file = crate::root().join("bindings/python/tests/requirements.txt");
    let text = fs::read_to_string(&file)
        .with_context(|| format!("could not read `{}`", file.display()))?;
    let pin = text.lines().find(|line| line.starts_with("maturin=="));
    Ok(pin
        .with_context(|| format!("`{}` does not pin maturin", file.display()))?
        .to_owned())
}

/// An empty environment; one that was left half made is replaced.
fn environment(name: &str, what: &str, python: &OsStr, folder: &Path) -> Result<()> {
    let mut make = Command::new(python);
    make.args(["-m", "venv", "--clear"]).arg(folder);
    step(
        name,
        what,
        &mut make,
        "Debian and Ubuntu have `venv` in the package `python3-venv`",
    )
}

fn pip(python: &OsStr) -> Command {
    let mut install = Command::new(python);
    install.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]);
    install
}

fn modules(name: &str, what: &str, folder: &Path) -> Result<()> {
    if has_modules(folder) {
        return Ok(());
    }
    install_modules(name, what, folder)
}

fn install_modules(name: &str, what: &str, folder: &Path) -> Result<()> {
    let mut install = npm();
    install
        .args(["ci", "--no-audit", "--no-fund"])
        .current_dir(folder);
    step(name, what, &mut install, NPM)
}

/// Whether what the lock names is installed: npm leaves a list of what it has installed, which may lack what is optional.
fn has_modules(folder: &Path) -> bool {
    let packages = |file: &str| -> Option<Value> {
        let text = fs::read_to_string(folder.join(file)).ok()?;
        let mut lock: Value = serde_json::from_str(&text).ok()?;
        Some(lock["packages"].take())
    };
    let (Some(Value::Object(wanted)), Some(installed)) = (
        packages("package-lock.json"),
        packages("node_modules/.package-lock.json"),
    ) else {
        return false;
    };
    wanted
        .iter()
        .filter(|(path, _)| path.starts_with("node_modules/"))
        .all(|(path, package)| {
            let is_left_out = installed[path].is_null() && package["optional"] == Value::Bool(true);
            is_left_out || installed[path]["version"] == package["version"]
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maturin_is_the_one_that_tests_use() {
        assert!(maturin().is_ok_and(|pin| pin.starts_with("maturin==1.")));
    }

    #[test]
    fn packages_are_installed_where_npm_says_so() {
        let folder = tempfile::tempdir().expect("there is a folder for tests");
        let write = |file: &str, packages: Value| {
            let file = folder.path().join(file);
            fs::create_dir_all(file.parent().expect("it is in a folder"))
                .expect("the folder can be written");
            fs::write(
                file,
                serde_json::json!({ "packages": packages }).to_string(),
            )
            .expect("the folder can be written");
        };
        let wanted = serde_json::json!({
            "": { "version": "0.0.0" },
            "node_modules/next": { "version": "16.4.5" },
            "node_modules/of-another-system": { "version": "1.0.0", "optional": true },
        });
        write("package-lock.json", wanted);
        assert!(!has_modules(folder.path()));
        write(
            "node_modules/.package-lock.json",
            serde_json::json!({ "node_modules/next": { "version": "16.4.5" } }),
        );
        assert!(has_modules(folder.path()));
        write(
            "node_modules/.package-lock.json",
            serde_json::json!({ "node_modules/next": { "version": "16.4.4" } }),
        );
        assert!(!has_modules(folder.path()));
    }
}
