//! A project with a fault: mended by the program, and called before and after.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// What an application answered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u64,
    /// Which origin may read it, where it says so.
    pub(crate) origin: Option<String>,
}

/// A folder that is gone when the test is.
pub(crate) struct Project(TempDir);

impl Project {
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            let path = project.0.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        project
    }

    /// Runs `betroth check --fix`, which has to make exactly this edit.
    pub(crate) fn mend(&self, cure: &str) {
        let output = Command::new(env!("CARGO_BIN_EXE_betroth"))
            .args(["check", "--fix"])
            .current_dir(self.0.path())
            .output()
            .unwrap();
        let words = String::from_utf8(output.stderr).unwrap();
        let written = format!("written: 1 finding mended in 1 file ({cure})");
        assert!(words.starts_with(&written), "{words}");
    }

    /// The line of a file that holds a text.
    pub(crate) fn line(&self, file: &str, text: &str) -> String {
        let file = fs::read_to_string(self.0.path().join(file)).unwrap();
        let line = file.lines().find(|line| line.contains(text));
        line.unwrap_or_default().to_owned()
    }

    /// Starts an interpreter that calls the application in `api/main.py`; `None`, said why, where there is none that can.
    pub(crate) fn api(&self) -> Option<Api> {
        let mut interpreter = Command::new(python()?)
            .arg(beside("call.py"))
            .arg(self.0.path().join("api"))
            // The server that it asks is its own.
            .env("NO_PROXY", "*")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Some(Api {
            input: interpreter.stdin.take().unwrap(),
            output: BufReader::new(interpreter.stdout.take().unwrap()),
            interpreter,
        })
    }

    /// The headers with which a module of the front end calls the API; of those only what tells who calls.
    pub(crate) fn call(&self, module: &str) -> Value {
        let headers = run(Command::new("node")
            .arg(beside("call.mjs"))
            .arg(self.0.path().join(module)));
        let headers: Value = serde_json::from_str(&headers).unwrap();
        let mut credentials = json!({});
        for name in ["authorization", "cookie"] {
            if let Some(value) = headers.get(name) {
                credentials[name] = value.clone();
            }
        }
        credentials
    }

    /// What a program for Node prints that stands in the project.
    pub(crate) fn node(&self, program: &str) -> String {
        run(Command::new("node")
            .args(["--input-type=module", "--eval", program])
            .current_dir(self.0.path()))
    }
}

/// An application that can be called.
pub(crate) struct Api {
    interpreter: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Api {
    /// What the application, as it is now, answers to each request.
    pub(crate) fn ask(&mut self, requests: &[Value]) -> Vec<Answer> {
        writeln!(self.input, "{}", json!(requests)).unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let answers: Vec<Value> = serde_json::from_str(&line).unwrap();
        let answer = |it: &Value| Answer {
            status: it["status"].as_u64().unwrap(),
            origin: it["headers"]["access-control-allow-origin"]
                .as_str()
                .map(str::to_owned),
        };
        answers.iter().map(answer).collect()
    }

    /// What it answers to `GET /tasks` with each of these headers.
    pub(crate) fn statuses(&mut self, headers: &[&Value]) -> Vec<u64> {
        let requests = headers
            .iter()
            .map(|it| json!({ "method": "GET", "path": "/tasks", "headers": it }));
        let answers = self.ask(&requests.collect::<Vec<_>>());
        answers.iter().map(|it| it.status).collect()
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        let _ = self.interpreter.kill();
        let _ = self.interpreter.wait();
    }
}

/// `GET /tasks` with a credential in `Authorization`.
pub(crate) fn with(authorization: &str) -> Value {
    json!({ "authorization": authorization })
}

/// An interpreter with what the applications import.
#[expect(
    clippy::disallowed_methods,
    reason = "only a test asks for the interpreter of tests"
)]
#[expect(clippy::print_stdout, reason = "a story that is skipped says so")]
fn python() -> Option<String> {
    let python = std::env::var("BETROTH_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let needed = "from importlib.util import find_spec
exit(not all(map(find_spec, ['cryptography', 'fastapi', 'httpx', 'jwt'])))";
    let has_it = works(Command::new(&python).args(["-c", needed]));
    if !has_it {
        println!(
            "skipped: `{python}` lacks one of FastAPI, httpx, and PyJWT with its cryptography; BETROTH_TEST_PYTHON names one that has them"
        );
    }
    has_it.then_some(python)
}

/// Whether there is Node, to run a front end.
#[expect(clippy::print_stdout, reason = "a story that is skipped says so")]
pub(crate) fn has_node() -> bool {
    let has_it = works(Command::new("node").arg("--version"));
    if !has_it {
        println!("skipped: there is no `node`");
    }
    has_it
}

fn works(command: &mut Command) -> bool {
    let command = command.stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// What a program prints, which has to succeed.
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    String::from_utf8(output.stdout).unwrap()
}

/// A file beside this one.
fn beside(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mended");
    folder.join(name).display().to_string()
}
