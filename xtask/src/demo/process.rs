//! What is started: each in a process group of its own, so that it ends with all that it has started itself.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process_group};

/// How long a process may take to end by itself.
const GRACE: Duration = Duration::from_secs(5);

static STOPPED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C, and a request to end, is noted instead of obeyed at once: what runs is stopped first.
pub(super) fn listen() -> Result<()> {
    static LISTENS: OnceLock<bool> = OnceLock::new();
    let stop = || STOPPED.store(true, Ordering::Relaxed);
    let listens = *LISTENS.get_or_init(|| ctrlc::set_handler(stop).is_ok());
    anyhow::ensure!(listens, "could not listen for Ctrl-C");
    Ok(())
}

/// Whether somebody has stopped the run.
pub(super) fn is_stopped() -> bool {
    STOPPED.load(Ordering::Relaxed)
}

/// Where everything that is started writes.
pub(super) fn logs() -> PathBuf {
    super::scratch("logs")
}

/// A process, which ends with this.
pub(super) struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts a command that nobody answers. What it writes goes into the log of that name.
    pub(super) fn start(name: &str, command: &mut Command) -> Result<Self> {
        let (log, file) = log(name)?;
        command.stdin(Stdio::null()).stdout(file.try_clone()?);
        Self::spawn(command.stderr(file), log)
    }

    /// The same, with each line that it prints handed on too.
    pub(super) fn read(name: &str, command: &mut Command, lines: Sender<String>) -> Result<Self> {
        let (log, mut file) = log(name)?;
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = Self::spawn(command.stderr(file.try_clone()?), log)?;
        let output: Option<ChildStdout> = process.child.stdout.take();
        let output = BufReader::new(output.context("what was started has no output")?);
        thread::spawn(move || {
            for line in output.split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line);
                // Whoever prints must not be kept waiting, whether or not the log can be written and somebody listens.
                let _ = writeln!(file, "{line}");
                let _ = lines.send(line.into_owned());
            }
        });
        Ok(process)
    }

    fn spawn(command: &mut Command, log: PathBuf) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command.process_group(0).spawn();
        let child = child.with_context(|| format!("could not start `{name}`"))?;
        Ok(Self { child, log })
    }

    /// Where it reads from, if its lines are handed on.
    pub(super) fn input(&mut self) -> Option<&mut ChildStdin> {
        self.child.stdin.as_mut()
    }

    /// How it ended, if it has.
    pub(super) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        let status = self.child.try_wait();
        status.context("could not see whether what was started still runs")
    }

    /// The end of what it wrote.
    pub(super) fn last_lines(&self) -> String {
        const LINES: usize = 20;
        let bytes = fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.lines().collect();
        let last = &lines[lines.len().saturating_sub(LINES)..];
        let shown: Vec<String> = last.iter().map(|line| format!("    {line}")).collect();
        format!("{}\n  all of it: {}", shown.join("\n"), self.log.display())
    }
}

/// Ends the group: on request, and by force what does not.
impl Drop for Process {
    fn drop(&mut self) {
        let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) else {
            return;
        };
        // A group that is gone already cannot be asked, and need not be.
        let _ = kill_process_group(group, Signal::TERM);
        let asked = Instant::now();
        while asked.elapsed() < GRACE && matches!(self.child.try_wait(), Ok(None)) {
            thread::sleep(Duration::from_millis(20));
        }
        let _ = kill_process_group(group, Signal::KILL);
        let _ = self.child.wait();
    }
}

fn log(name: &str) -> Result<(PathBuf, File)> {
    let path = logs().join(format!("{name}.log"));
    let made = fs::create_dir_all(logs()).and_then(|()| appended(&path));
    let file = made.with_context(|| format!("could not write `{}`", path.display()))?;
    Ok((path, file))
}

/// The file, empty; what is written through two handles of it stands one after the other.
fn appended(path: &Path) -> std::io::Result<File> {
    File::create(path)?;
    File::options().append(true).open(path)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn what_a_process_has_started_ends_with_it() {
        let (sender, lines) = channel();
        let mut shell = Command::new("sh");
        // The child of the child takes no notice of a request to end.
        shell.args([
            "-c",
            "(trap '' TERM; echo $$; exec sleep 60) & echo started; wait",
        ]);
        let process = Process::read("test-group", &mut shell, sender).expect("sh starts");
        let group = Pid::from_raw(i32::try_from(process.child.id()).expect("a process has an id"));
        lines.recv().expect("the shell prints");
        drop(process);
        let group = group.expect("a process has an id");
        // A group of which nobody is left, not even waiting to be seen off, cannot be asked.
        let until = Instant::now() + GRACE;
        while kill_process_group(group, Signal::TERM).is_ok() && Instant::now() < until {
            thread::sleep(Duration::from_millis(10));
        }
        assert!(kill_process_group(group, Signal::TERM).is_err());
    }
}
