//! A folder to check: files, perhaps under git.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// A folder that is gone when the test is.
pub(crate) struct Folder(TempDir);

/// What the program said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Folder {
    /// With nothing in it.
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With a copy of the broken example, whose findings stand in its own test.
    pub(crate) fn broken() -> Self {
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/broken");
        let folder = Self::new();
        copy(&example, folder.path());
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file, and the folders above it.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// Replaces a text that stands once in a file.
    pub(crate) fn replace(&self, path: &str, old: &str, new: &str) {
        let text = self.read(path);
        assert_eq!(text.matches(old).count(), 1, "{old} in\n{text}");
        self.write(path, text.replace(old, new));
    }

    /// Runs git in the folder, whatever the machine's own settings are.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=Test", "-c", "user.email=test@example.com"])
            .args(arguments)
            // A test that a hook runs must not reach the repository of the hook.
            .env_remove("GIT_DIR")
            .env_remove("GIT_WORK_TREE")
            .env_remove("GIT_INDEX_FILE")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .current_dir(self.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Records everything in the folder, in a repository that is made where there is none.
    pub(crate) fn commit(&self) {
        if !self.path().join(".git").exists() {
            self.git(&["init", "--quiet", "--initial-branch=main"]);
        }
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message=work"]);
    }

    /// Runs `betroth check` in the folder.
    pub(crate) fn check(&self, arguments: &[&str]) -> Said {
        Said::of(
            Command::new(env!("CARGO_BIN_EXE_betroth"))
                .arg("check")
                .args(arguments)
                .current_dir(self.path())
                .output()
                .unwrap(),
        )
    }

    /// The report for programs.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let said = self.check(&[&["--format", "json"], arguments].concat());
        assert!(matches!(said.code, 0 | 1), "{}", said.stderr);
        serde_json::from_str(&said.stdout).unwrap()
    }

    /// How many findings count.
    pub(crate) fn count(&self, arguments: &[&str]) -> usize {
        self.rules(arguments).len()
    }

    /// How many of them stand on their own: no other finding is their cause.
    pub(crate) fn causes(&self, arguments: &[&str]) -> usize {
        let report = self.json(arguments);
        let findings = report["findings"].as_array().unwrap().iter();
        findings.filter(|it| it.get("cause").is_none()).count()
    }

    /// The rules of the findings that count, in their order.
    pub(crate) fn rules(&self, arguments: &[&str]) -> Vec<String> {
        rules(&self.json(arguments)["findings"])
    }
}

/// The rules in a list of findings.
pub(crate) fn rules(findings: &Value) -> Vec<String> {
    let findings = findings.as_array().unwrap().iter();
    findings
        .map(|it| it["rule"].as_str().unwrap().to_owned())
        .collect()
}

impl Said {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            if entry.file_name() != "node_modules" {
                copy(&entry.path(), &target);
            }
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
