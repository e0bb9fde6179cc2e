//! The wheel: the Python package with the program in it.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::{Profile, empty, only, succeed};

/// Makes the wheel with the program. Its version is that of the crate.
pub(super) fn package(python: &OsStr, program: &Path, profile: Profile) -> Result<PathBuf> {
    let scripts = without_program()?.join("scripts");
    fs::create_dir_all(&scripts)
        .with_context(|| format!("could not make `{}`", scripts.display()))?;
    let name = program.file_name().context("the program has no name")?;
    fs::copy(program, scripts.join(name))
        .with_context(|| format!("could not copy `{}`", program.display()))?;
    let wheels = empty("python")?;
    let made = succeed(&mut build(python, profile, &wheels));
    without_program()?;
    made?;
    let wheel = only(&wheels, ".whl")?;
    fits(&wheel, program)?;
    Ok(wheel)
}

/// Makes the wheel without the program, and installs it without what it depends on. The folder is for `PYTHONPATH`.
pub(crate) fn installed(python: &OsStr, profile: Profile) -> Result<PathBuf> {
    let (mut build, wheels) = bindings(python, profile)?;
    succeed(&mut build)?;
    let wheel = only(&wheels, ".whl")?;
    let folder = empty("test/bindings")?;
    let mut install = Command::new(python);
    install.args(["-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]);
    install.arg("--disable-pip-version-check");
    install.arg("--target").arg(&folder);
    succeed(install.arg(wheel))?;
    Ok(folder)
}

/// The command that makes the wheel without the program, and the empty folder that takes it.
pub(crate) fn bindings(python: &OsStr, profile: Profile) -> Result<(Command, PathBuf)> {
    without_program()?;
    let wheels = empty("bindings")?;
    Ok((build(python, profile, &wheels), wheels))
}

/// Removes the program from where maturin takes it from; the folder that held it.
fn without_program() -> Result<PathBuf> {
    // The name is maturin's: that of the module. Unlike one that `pyproject.toml` names, it may be missing.
    let folder = crate::root().join("bindings/python/betroth._betroth.data");
    if folder.exists() {
        fs::remove_dir_all(&folder)
            .with_context(|| format!("could not remove `{}`", folder.display()))?;
    }
    Ok(folder)
}

fn build(python: &OsStr, profile: Profile, wheels: &Path) -> Command {
    let mut build = Command::new(python);
    build.args(["-m", "maturin", "build", "--quiet", "--profile"]);
    build.arg(match profile {
        Profile::Release => "wheel",
        Profile::Dev => profile.name(),
    });
    build.arg("--out").arg(wheels);
    build.current_dir(crate::root().join("bindings/python"));
    build
}

/// Fails where the program needs a newer C library than the wheel says, for which maturin looks at the module alone.
fn fits(wheel: &Path, program: &Path) -> Result<()> {
    let name = wheel.to_string_lossy();
    let Some(says) = name
        .split("manylinux_2_")
        .nth(1)
        .and_then(|rest| rest.split('_').next()?.parse().ok())
    else {
        return Ok(());
    };
    let bytes =
        fs::read(program).with_context(|| format!("could not read `{}`", program.display()))?;
    let needs = glibc(&bytes).unwrap_or_default();
    ensure!(
        needs <= says,
        "the program needs glibc 2.{needs}, and the wheel is for 2.{says}; make it where glibc is older, \
         as in an image of manylinux"
    );
    Ok(())
}

/// The newest version 2.x of glibc that a program names.
fn glibc(program: &[u8]) -> Option<u32> {
    const NAME: &[u8] = b"GLIBC_2.";
    let named = program.windows(NAME.len()).enumerate();
    named
        .filter(|(_, bytes)| *bytes == NAME)
        .filter_map(|(at, _)| {
            let digits = program[at + NAME.len()..]
                .iter()
                .take_while(|byte| byte.is_ascii_digit());
            let text: String = digits.map(|byte| char::from(*byte)).collect();
            text.parse().ok()
        })
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_c_library_that_a_program_names_is_found() {
        assert_eq!(
            glibc(b"\0GLIBC_2.2.5\0GLIBC_2.34\0GLIBC_2.4\0GLIBC_PRIVATE\0"),
            Some(34)
        );
        assert_eq!(glibc(b"a program for another system, GLIBC_2."), None);
    }

    #[test]
    fn a_wheel_for_older_systems_than_its_program_is_refused() {
        let folder = tempfile::tempdir().expect("there is a folder for tests");
        let program = folder.path().join("betroth");
        fs::write(&program, b"\0GLIBC_2.34\0").expect("the folder can be written");
        let wheel = |tag: &str| PathBuf::from(format!("betroth-0.1.0-cp310-abi3-{tag}.whl"));
        assert!(fits(&wheel("manylinux_2_34_x86_64"), &program).is_ok());
        assert!(fits(&wheel("macosx_11_0_arm64"), &program).is_ok());
        let fault = fits(
            &wheel("manylinux_2_17_x86_64.manylinux2014_x86_64"),
            &program,
        );
        assert!(fault.is_err_and(|error| {
            error
                .to_string()
                .starts_with("the program needs glibc 2.34, and the wheel is for 2.17")
        }));
    }
}
