//! Waiting for something, with a sign of life on a terminal.

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use indicatif::{ProgressBar, ProgressStyle};

use super::process::Process;

/// How often it is seen whether something has come.
pub(super) const INTERVAL: Duration = Duration::from_millis(50);

/// What takes longer says that it is under way.
const UNNOTICED: Duration = Duration::from_millis(400);

/// Asks until there is an answer, or the run is stopped. `what` says for what this waits.
pub(super) fn until<T>(what: &str, mut answer: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let started = Instant::now();
    let mut sign: Option<ProgressBar> = None;
    let answer = loop {
        match super::go_on().and_then(|()| answer()) {
            Ok(None) => thread::sleep(INTERVAL),
            Ok(Some(answer)) => break Ok(answer),
            Err(error) => break Err(error),
        }
        if sign.is_none() && started.elapsed() > UNNOTICED {
            sign = Some(sign_of_life(what));
        }
    };
    if let Some(sign) = sign {
        sign.finish_and_clear();
    }
    if answer.is_ok() {
        println!("{:6.1} s  {what}", started.elapsed().as_secs_f64());
    }
    answer
}

/// Runs a command to its end. `name` is that of its log, `cure` what helps where it fails.
pub(super) fn step(name: &str, what: &str, command: &mut Command, cure: &str) -> Result<()> {
    let mut process = Process::start(name, command)?;
    let status = until(what, || process.ended())?;
    ensure!(
        status.success(),
        "{what}: ended with {status}\n{}\n  what to do: {cure}",
        process.last_lines()
    );
    Ok(())
}

/// On a terminal alone; `indicatif` draws nothing elsewhere.
fn sign_of_life(what: &str) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_message(what.to_owned());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed:>7}  {msg} …") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}
