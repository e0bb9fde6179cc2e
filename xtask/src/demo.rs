//! `cargo xtask demo`: `examples/notes` whole on this machine, from nothing: pages, issuer and API.
//!
//! *To have another tool asked for*, add it to [`needs`]. *To have more made before the start*, add a step to [`install`].
//! *Not here*: what the example is, which its own folder says, and systems without process groups.

mod address;
mod fingerprint;
mod hops;
mod install;
mod needs;
mod process;
mod servers;
mod story;
mod wait;

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Error, Result, ensure};

use address::Addresses;
use needs::Tools;
use servers::{Kind, Servers};

/// The interpreter that runs the API.
struct Python {
    program: OsString,
    /// Where `betroth` is, if it is not installed beside what else the API imports.
    path: Option<PathBuf>,
}

/// Runs the example until Ctrl-C, or with `check` the story in a browser, once.
///
/// # Errors
/// Says what is missing, or which step failed and how to mend it; nothing keeps running.
pub(crate) fn run(check: bool) -> Result<()> {
    process::listen()?;
    let tools = Tools::find(check).map_err(Error::msg)?;
    install::client()?;
    install::pages()?;
    let python = install::api(&tools)?;
    if check {
        return story::run(&tools, &python, |_| {});
    }
    show(&python)
}

/// Runs the story for `cargo xtask test`, with an interpreter that has what the API imports, and the folder where
/// `betroth` is. Hands on each line that is printed, and returns why the story was left out, if it was.
///
/// # Errors
/// Says which step failed, and how to mend it.
pub(crate) fn story(
    program: OsString,
    path: PathBuf,
    line: impl FnMut(&str),
) -> Result<Option<String>> {
    let tools = match Tools::find(true) {
        Ok(tools) => tools,
        Err(why) => return Ok(Some(why)),
    };
    process::listen()?;
    install::client()?;
    install::pages()?;
    let path = Some(path);
    story::run(&tools, &Python { program, path }, line)?;
    Ok(None)
}

/// Starts the example, and shows what goes to and fro until somebody stops it.
fn show(python: &Python) -> Result<()> {
    let addresses = Addresses::find()?;
    addresses.write_secrets()?;
    let (mut servers, lines) = Servers::start(Kind::Development, addresses, python)?;
    println!("\n  {}\n", addresses.web());
    println!(
        "  the API: {}, described in {}/docs",
        addresses.api(),
        addresses.api()
    );
    println!("  the logs: {}", process::logs().display());
    println!("  Ctrl-C stops everything\n");
    while !process::is_stopped() {
        servers.ensure_running()?;
        if let Ok(line) = lines.recv_timeout(wait::INTERVAL)
            && let Some(hop) = hops::read(&line)
        {
            println!("{hop}");
        }
    }
    drop(servers);
    println!("\nstopped");
    Ok(())
}

/// A folder of the example.
fn example(folder: &str) -> PathBuf {
    crate::root().join("examples/notes").join(folder)
}

/// A folder or file of what is made anew each time.
fn scratch(name: &str) -> PathBuf {
    crate::root().join("target/demo").join(name)
}

/// Fails where somebody has stopped the run.
fn go_on() -> Result<()> {
    ensure!(!process::is_stopped(), "stopped");
    Ok(())
}
