//! Runs `import.py` and reads its answer.

use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use anyhow::{anyhow, bail};
use betroth_report::{Finding, Place, Report, Severity};
use serde_json::Value;

use super::Target;
use super::table::Row;

const SCRIPT: &str = include_str!("../import.py");

/// Stands before the answer, and before nothing that an application prints by chance.
const MARKER: &str = "betroth-import:";

/// How long an import may take: applications that connect to what is not there wait for longer than anyone would.
const LIMIT: Duration = Duration::from_mins(1);

/// The routes of the application as it is when imported in `root`, in the order in which they are matched.
pub(super) fn import(
    python: &Path,
    root: &Path,
    dir: &Path,
    target: &Target,
) -> anyhow::Result<Vec<Row>> {
    let mut command = Command::new(python);
    command
        .args(["-B", "-c", SCRIPT, &target.module, &target.object])
        .current_dir(root);
    let failed = |place: &str, why: &str, cure: &str| {
        anyhow!(
            "`{target}` could not be imported in `{}` with `{}`{place}: {}; {cure}",
            root.display(),
            python.display(),
            masked(why)
        )
    };
    let text = match answer(command, LIMIT) {
        Ok(text) => text,
        Err(Silence::NotStarted(error)) => bail!(
            "`{}` could not be started to import `{target}`: {error}; name the interpreter with `--python PATH`",
            python.display()
        ),
        Err(Silence::TooLong) => {
            return Err(failed(
                "",
                &format!("it took longer than {} s and was ended", LIMIT.as_secs()),
                "importing must not connect to anything or start a server: move that into the lifespan",
            ));
        }
        Err(Silence::Ended(last)) => {
            let last = if last.is_empty() {
                "the interpreter ended before it answered".to_owned()
            } else {
                last
            };
            return Err(failed(
                "",
                &last,
                "choose the interpreter with `--python PATH`",
            ));
        }
    };
    let answer: Value = serde_json::from_str(&text).map_err(|_| {
        failed(
            "",
            "its answer is no JSON",
            "choose the interpreter with `--python PATH`",
        )
    })?;
    let here = Here::new(dir);
    if let Some(why) = answer["refused"].as_str() {
        return Err(failed(
            "",
            why,
            "name the application: `--import MODULE:APP`",
        ));
    }
    if let Some(why) = answer["error"].as_str() {
        let place = place(&here, &answer)
            .map(|place| format!(", at `{place}`"))
            .unwrap_or_default();
        return Err(failed(
            &place,
            why,
            cure(root, why, answer["missing"].as_str()),
        ));
    }
    let routes = answer["routes"].as_array().map_or(&[][..], Vec::as_slice);
    Ok(routes.iter().map(|row| row_of(&here, row)).collect())
}

/// What to do about an import that failed.
fn cure(root: &Path, why: &str, missing: Option<&str>) -> &'static str {
    match missing {
        Some(missing) => {
            let first = missing.split('.').next().unwrap_or(missing);
            if root.join(first).is_dir() || root.join(format!("{first}.py")).is_file() {
                "name the module as it is seen from that folder: `--import MODULE:APP`"
            } else {
                "install the requirements of the project for this interpreter, or choose the one that has them with \
                 `--python PATH`"
            }
        }
        None if why.starts_with("KeyError") || why.starts_with("ValidationError") => {
            "set the environment variables that the application needs"
        }
        None => {
            "set the environment variables that the application needs, install its requirements, or choose its \
             interpreter with `--python PATH`"
        }
    }
}

/// Why there is no answer.
#[derive(Debug)]
enum Silence {
    NotStarted(std::io::Error),
    TooLong,
    /// With the last line of what it complained about.
    Ended(String),
}

/// The text behind the marker; the process has ended when this returns.
fn answer(mut command: Command, limit: Duration) -> Result<String, Silence> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(Silence::NotStarted)?;
    // Nobody joins the readers: a process that the application started may hold its end for ever.
    let said = child
        .stdout
        .take()
        .map(|stream| lines(stream, |line| line.strip_prefix(MARKER).map(str::to_owned)));
    let complained = child
        .stderr
        .take()
        .map(|stream| lines(stream, |line| Some(line.trim_end().to_owned())));
    let result = match said.map(|said| said.recv_timeout(limit)) {
        Some(Ok(text)) => Ok(text),
        Some(Err(RecvTimeoutError::Timeout)) => Err(Silence::TooLong),
        Some(Err(RecvTimeoutError::Disconnected)) | None => Err(Silence::Ended(
            complained
                .and_then(|lines| last(&lines))
                .unwrap_or_default(),
        )),
    };
    let _ = child.kill();
    let _ = child.wait();
    result
}

/// The lines that are wanted, as they come.
fn lines(
    stream: impl Read + Send + 'static,
    wanted: impl Fn(&str) -> Option<String> + Send + 'static,
) -> Receiver<String> {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).split(b'\n') {
            let Ok(line) = line else { break };
            if let Some(line) = wanted(&String::from_utf8_lossy(&line))
                && send.send(line).is_err()
            {
                break;
            }
        }
    });
    receive
}

/// The last line that is not empty, of those that come within a moment.
fn last(lines: &Receiver<String>) -> Option<String> {
    let moment = Duration::from_millis(500);
    std::iter::from_fn(|| lines.recv_timeout(moment).ok())
        .take(1000)
        .filter(|line| !line.trim().is_empty())
        .last()
}

/// The words with secrets hidden, by the door through which the words of findings pass.
fn masked(words: &str) -> String {
    let finding = Finding::new("import", Severity::Error, Place::new(".", 1, 1), words);
    Report::new(vec![finding])
        .findings()
        .first()
        .map(|finding| finding.message.clone())
        .unwrap_or_default()
}

/// The folder looked at, in the forms in which Python may write it.
struct Here(Vec<String>);

impl Here {
    fn new(dir: &Path) -> Self {
        let forms = [std::fs::canonicalize(dir), std::path::absolute(dir)];
        Self(
            forms
                .into_iter()
                .flatten()
                .map(|path| slashes(&path.to_string_lossy()))
                .collect(),
        )
    }

    /// The file relative to the folder; that of an installed package from `site-packages` on.
    fn relative(&self, file: &str) -> String {
        let file = slashes(file);
        if let Some(at) = file.rfind("/site-packages/") {
            return file[at + 1..].to_owned();
        }
        self.0
            .iter()
            .find_map(|dir| file.strip_prefix(dir.as_str())?.strip_prefix('/'))
            .or_else(|| file.rsplit('/').next())
            .unwrap_or_default()
            .to_owned()
    }
}

fn slashes(path: &str) -> String {
    path.trim_start_matches(r"\\?\").replace('\\', "/")
}

fn place(here: &Here, value: &Value) -> Option<Place> {
    let line = value["line"]
        .as_u64()
        .and_then(|line| u32::try_from(line).ok());
    Some(Place::new(
        here.relative(value["file"].as_str()?),
        line.unwrap_or(1).max(1),
        1,
    ))
}

fn row_of(here: &Here, row: &Value) -> Row {
    let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
    Row {
        method: text("method"),
        path: text("path"),
        handler: text("handler"),
        place: place(here, row),
        dependencies: row["dependencies"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|name| name.as_str().map(str::to_owned))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn the_answer_is_found_among_what_else_is_printed() {
        let said = answer(
            shell("echo hello; echo 'betroth-import:{}'; sleep 60"),
            Duration::from_secs(20),
        );
        assert_eq!(said.unwrap(), "{}");
    }

    #[test]
    fn a_process_that_does_not_answer_is_ended() {
        let began = std::time::Instant::now();
        let said = answer(shell("exec sleep 60"), Duration::from_millis(200));
        assert!(matches!(said, Err(Silence::TooLong)));
        assert!(began.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn a_process_that_breaks_down_is_quoted() {
        let said = answer(shell("echo first >&2; echo why >&2; exit 3"), LIMIT);
        assert!(matches!(said, Err(Silence::Ended(last)) if last == "why"));
    }

    #[test]
    fn words_of_an_import_show_names_and_hide_secrets() {
        assert_eq!(masked("KeyError: 'JWT_SECRET'"), "KeyError: 'JWT_SECRET'");
        let told = masked("ValueError: cannot connect to postgresql://app:hunter2hunter2@db/app");
        assert!(!told.contains("hunter2"), "{told}");
    }

    #[test]
    fn an_installed_package_is_named_without_the_machine() {
        let here = Here(vec!["/home/me/shop".to_owned()]);
        for (file, expected) in [
            ("/home/me/shop/api/main.py", "api/main.py"),
            (
                "/home/me/shop/.venv/lib/python3.12/site-packages/kit/routes.py",
                "site-packages/kit/routes.py",
            ),
            ("/usr/lib/python3.12/functools.py", "functools.py"),
        ] {
            assert_eq!(here.relative(file), expected);
        }
    }
}
