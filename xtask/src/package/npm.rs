//! The npm packages: `betroth` with the client and the launcher, and one for each platform with the program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::{answers, empty, only, succeed};

/// A platform by the names of Rust and of Node.
pub(super) struct Platform {
    rust: (&'static str, &'static str),
    os: &'static str,
    cpu: &'static str,
    /// The C library that the program needs, where a platform has several.
    libc: Option<&'static str>,
}

/// Every platform that has a package.
pub(super) const PLATFORMS: &[Platform] = &[
    platform(("linux", "x86_64"), "linux", "x64", Some("glibc")),
    platform(("linux", "aarch64"), "linux", "arm64", Some("glibc")),
    platform(("macos", "x86_64"), "darwin", "x64", None),
    platform(("macos", "aarch64"), "darwin", "arm64", None),
    platform(("windows", "x86_64"), "win32", "x64", None),
];

const fn platform(
    rust: (&'static str, &'static str),
    os: &'static str,
    cpu: &'static str,
    libc: Option<&'static str>,
) -> Platform {
    Platform {
        rust,
        os,
        cpu,
        libc,
    }
}

impl Platform {
    /// The one on which this runs.
    fn own() -> Result<&'static Self> {
        let own = (std::env::consts::OS, std::env::consts::ARCH);
        PLATFORMS
            .iter()
            .find(|platform| platform.rust == own)
            .with_context(|| {
                format!(
                    "{} on {} has no npm package; `PLATFORMS` of `xtask/src/package/npm.rs` lists those that have",
                    own.0, own.1
                )
            })
    }

    fn package(&self) -> String {
        format!("@betroth/{}-{}", self.os, self.cpu)
    }

    fn manifest(&self, version: &str) -> Value {
        let mut manifest = json!({
            "name": self.package(),
            "version": version,
            "description": format!("The program of `betroth` for {} on {}.", self.os, self.cpu),
            "license": "MIT OR Apache-2.0",
            "os": [self.os],
            "cpu": [self.cpu],
            "files": ["bin", "LICENSE-*"],
            "preferUnplugged": true,
        });
        if let Some(libc) = self.libc {
            manifest["libc"] = json!([libc]);
        }
        manifest
    }
}

/// Where the client is made.
pub(crate) const CLIENT: &str = "bindings/typescript";

/// Said where what the client is made with is not installed.
pub(crate) const NO_CLIENT: &str =
    "the client is made with what `npm ci` in `bindings/typescript` installs";

/// Whether what the client is made with is installed.
pub(crate) fn has_client() -> bool {
    answers(npm().arg("--version")) && crate::root().join(CLIENT).join("node_modules").is_dir()
}

/// Makes the package of this platform and the one with client and launcher, in this order.
pub(super) fn package(program: &Path) -> Result<Vec<PathBuf>> {
    let platform = Platform::own()?;
    let version = env!("CARGO_PKG_VERSION");
    empty("npm")?;

    let own = empty("npm/platform")?;
    let name = program.file_name().context("the program has no name")?;
    fs::create_dir(own.join("bin")).context("could not make `bin`")?;
    copy(program, &own.join("bin").join(name))?;
    let platform_package = pack(&own, &platform.manifest(version))?;

    let launcher = empty("npm/launcher")?;
    let source = crate::root().join("packaging/npm");
    fs::create_dir(launcher.join("bin")).context("could not make `bin`")?;
    for file in [
        "bin/betroth",
        "bin/package.json",
        "install.cjs",
        "program.cjs",
        "README.md",
    ] {
        copy(&source.join(file), &launcher.join(file))?;
    }
    ensure!(has_client(), "{NO_CLIENT}");
    let client = crate::root().join(CLIENT);
    succeed(npm().args(["run", "build"]).current_dir(&client))?;
    copy_all(&client.join("dist"), &launcher.join("dist"))?;

    // The client's manifest, without what it is made with, and with what the program adds.
    let mut manifest = read(&client.join("package.json"))?;
    let of_program = read(&source.join("package.json"))?;
    if let (Value::Object(manifest), Value::Object(of_program)) = (&mut manifest, of_program) {
        manifest.remove("devDependencies");
        manifest.extend(of_program);
    }
    manifest["version"] = json!(version);
    // Exactly this version: launcher and program are one release.
    for platform in PLATFORMS {
        manifest["optionalDependencies"][platform.package()] = json!(version);
    }
    Ok(vec![platform_package, pack(&launcher, &manifest)?])
}

/// Packs a folder with its manifest and the licences.
fn pack(folder: &Path, manifest: &Value) -> Result<PathBuf> {
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        copy(&crate::root().join(licence), &folder.join(licence))?;
    }
    let text = serde_json::to_string_pretty(manifest)? + "\n";
    fs::write(folder.join("package.json"), text).context("could not write `package.json`")?;
    succeed(npm().args(["pack", "--silent"]).current_dir(folder))?;
    only(folder, ".tgz")
}

/// A manifest.
fn read(file: &Path) -> Result<Value> {
    let text =
        fs::read_to_string(file).with_context(|| format!("could not read `{}`", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("`{}` is no JSON", file.display()))
}

/// Copies a folder with all in it.
fn copy_all(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir(to).with_context(|| format!("could not make `{}`", to.display()))?;
    let entries =
        fs::read_dir(from).with_context(|| format!("could not list `{}`", from.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("could not list `{}`", from.display()))?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_all(&entry.path(), &target)?;
        } else {
            copy(&entry.path(), &target)?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("could not copy `{}`", from.display()))?;
    Ok(())
}

/// npm, which is a script on Windows.
pub(crate) fn npm() -> Command {
    Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
}
