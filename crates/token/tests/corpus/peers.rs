//! Other libraries, each asked with all that its documentation lets a caller ask for.

#![expect(clippy::print_stdout, reason = "what is skipped says so")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::crate_jsonwebtoken;
use crate::vectors::{Settings, folder};

/// Tokens for verifiers.
#[derive(Default)]
pub(crate) struct Questions {
    pub(crate) verifiers: Vec<Settings>,
    /// Each with the place of its verifier.
    pub(crate) tokens: Vec<(usize, String)>,
}

/// Another library.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    /// The algorithms that it does not have: of those it is not asked to accept anything.
    pub(crate) lacks: &'static [&'static str],
    /// Which of the tokens it accepts; `None` where it is not installed, which has been said.
    ask: fn(&Questions) -> Option<Vec<bool>>,
}

/// Every one, in the order of the columns.
pub(crate) const PEERS: [Peer; 4] = [
    Peer {
        name: "jose 6.2.17",
        lacks: &[],
        ask: |questions| {
            if !folder().join("peers/node_modules/jose").is_dir() {
                println!("skipped: `npm ci --prefix vectors/token/peers` has not been run");
                return None;
            }
            run("node", &["jose.mjs"], questions)
        },
    },
    Peer {
        name: "PyJWT 2.15.1",
        lacks: &["Ed25519"],
        ask: |questions| python("run_pyjwt.py", "jwt", "PyJWT", "2.15.1", questions),
    },
    Peer {
        name: "joserfc 1.8.0",
        lacks: &[],
        ask: |questions| python("run_joserfc.py", "joserfc", "joserfc", "1.8.0", questions),
    },
    Peer {
        name: "jsonwebtoken 11.1.0",
        lacks: &["ES512", "Ed25519"],
        ask: |questions| Some(crate_jsonwebtoken::answers(questions)),
    },
];

impl Peer {
    /// Which of the tokens it accepts, if it is installed.
    pub(crate) fn answers(&self, questions: &Questions) -> Option<Vec<bool>> {
        let answers = (self.ask)(questions)?;
        assert_eq!(answers.len(), questions.tokens.len(), "{}", self.name);
        Some(answers)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "only a test asks for the interpreter of tests"
)]
fn python(
    script: &str,
    module: &str,
    package: &str,
    version: &str,
    questions: &Questions,
) -> Option<Vec<bool>> {
    let python = std::env::var("BETROTH_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    // A relative path is the workspace's.
    let beside = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(&python);
    let python = if python.contains('/') && beside.exists() {
        beside.to_string_lossy().into_owned()
    } else {
        python
    };
    let probe = format!(
        "import {module}, cryptography, importlib.metadata; assert importlib.metadata.version('{package}') == '{version}'"
    );
    let status = Command::new(&python)
        .args(["-c", &probe])
        .stderr(Stdio::null())
        .status();
    if !status.is_ok_and(|status| status.success()) {
        println!(
            "skipped: `{python}` lacks {package} {version}; BETROTH_TEST_PYTHON names one that has it"
        );
        return None;
    }
    run(&python, &["-B", script], questions)
}

/// The answers of a program of `vectors/token/peers`.
fn run(program: &str, arguments: &[&str], questions: &Questions) -> Option<Vec<bool>> {
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder().join("peers"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let asked: Value = json!({ "verifiers": questions.verifiers, "tokens": questions.tokens });
    // It reads to the end before it writes.
    child
        .stdin
        .take()
        .unwrap()
        .write_all(asked.to_string().as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{program} {arguments:?}");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}
