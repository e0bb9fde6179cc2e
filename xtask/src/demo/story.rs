//! Runs the story of `examples/notes/story` in a browser, against pages and API as they are served.

use std::fs;
use std::io::Write;
use std::process::{Command, ExitStatus};
use std::sync::mpsc::{RecvTimeoutError, channel};

use anyhow::{Context, Result, bail, ensure};

use super::address::Addresses;
use super::needs::Tools;
use super::process::{self, Process};
use super::servers::{Kind, Servers};
use super::{Python, example, install, scratch, wait};

/// Before what the story asks for.
const WISH: &str = "story: ";

/// Runs it once, with nothing stored before, and hands on each line that it prints.
///
/// # Errors
/// Which step failed is said above; here, where to look.
pub(super) fn run(tools: &Tools, python: &Python, mut line: impl FnMut(&str)) -> Result<()> {
    install::driver()?;
    let addresses = Addresses::find()?;
    addresses.write_secrets()?;
    install::production(addresses)?;
    empty("story")?;
    empty("pictures")?;
    let (mut servers, _) = Servers::start(Kind::Production, addresses, python)?;

    let pictures = scratch("pictures");
    let (sender, lines) = channel();
    let mut story = Process::read("story", &mut command(tools, addresses)?, sender)?;
    println!();
    loop {
        match lines.recv_timeout(wait::INTERVAL) {
            Ok(said) => {
                if let Some(wish) = said.strip_prefix(WISH) {
                    fulfil(wish, &mut servers, &mut story)?;
                } else {
                    println!("{said}");
                    line(&said);
                }
            }
            Err(RecvTimeoutError::Timeout) => {
                super::go_on()?;
                servers.ensure_running()?;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let status: ExitStatus = wait::until("leaving the browser", || story.ended())?;
    println!("pictures: {}", pictures.display());
    ensure!(
        status.success(),
        "the story ended with {status}; what the pages looked like then is in `failed-*.png` beside the other pictures, \
         what the servers wrote in `{}`",
        process::logs().display()
    );
    Ok(())
}

fn command(tools: &Tools, addresses: Addresses) -> Result<Command> {
    let browser = tools
        .browser
        .as_deref()
        .context("no browser was looked for")?;
    let mut node = Command::new("node");
    node.args(["--test-reporter=spec", "story.mjs"])
        .current_dir(example("story"));
    node.env("STORY_WEB", addresses.web())
        .env("STORY_API", addresses.api());
    node.env("STORY_BROWSER", browser)
        .env("STORY_PICTURES", scratch("pictures"));
    node.env("STORY_CONTROL", "1")
        .env("AUTH_DATABASE", scratch("story/auth.db"));
    Ok(node)
}

/// Does what the story asks for, and says so.
fn fulfil(wish: &str, servers: &mut Servers<'_>, story: &mut Process) -> Result<()> {
    match wish {
        "stop api" => servers.stop_api(),
        "start api" => servers.start_api()?,
        _ => bail!("the story asks for `{wish}`, which nobody knows how to do"),
    }
    let input = story.input().context("the story does not listen")?;
    writeln!(input, "done: {wish}").context("the story does not listen any more")
}

/// A folder with nothing in it.
fn empty(name: &str) -> Result<()> {
    let folder = scratch(name);
    if folder.exists() {
        fs::remove_dir_all(&folder)
            .with_context(|| format!("could not empty `{}`", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("could not make `{}`", folder.display()))
}
