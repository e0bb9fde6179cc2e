//! The example `notes` stands as its contract asks, and its two sides agree.

#![expect(
    clippy::unwrap_used,
    reason = "a program that does not start is a test that fails"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn betroth(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_betroth"))
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .output()
        .unwrap()
}

#[test]
fn apply_finds_nothing_to_write_in_the_notes() {
    let output = betroth(&["apply", "examples/notes", "--diff"]);
    let patch = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        (patch.as_str(), output.status.code()),
        ("", Some(0)),
        "`betroth apply examples/notes` brings it up to date; then commit what it wrote"
    );
}

#[test]
fn check_accepts_the_notes_and_finds_nothing() {
    let output = betroth(&["check", "examples/notes", "--all"]);
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "accepted: the front end signs with EdDSA, the API verifies it against the key set\n  \
         front end `web`, API `api`\n  \
         12 routes: 11 required, 1 none\n\n\
         no findings\n"
    );
    assert_eq!(output.status.code(), Some(0));
}

/// Copies what is kept in the repository, not what was installed, built or set on this machine.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if [
            "node_modules",
            ".next",
            ".venv",
            ".env",
            ".env.local",
            "data",
            "__pycache__",
        ]
        .iter()
        .any(|it| name == *it)
        {
            continue;
        }
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(name));
        } else {
            fs::copy(entry.path(), to.join(name)).unwrap();
        }
    }
}

/// The patches of the README with the rules that it names for each.
fn faults(examples: &Path) -> Vec<(String, Vec<String>)> {
    let readme = fs::read_to_string(examples.join("notes-broken/README.md")).unwrap();
    let rows = readme.lines().filter_map(|line| {
        let cells: Vec<_> = line.split(" | ").collect();
        let [first, _, last] = cells.as_slice() else {
            return None;
        };
        let (_, patch) = first.split_once("](")?;
        let rules = last.split('`').skip(1).step_by(2).map(str::to_owned);
        Some((patch.trim_end_matches(')').to_owned(), rules.collect()))
    });
    rows.collect()
}

#[test]
fn check_says_of_each_fault_in_the_notes_what_their_readme_says() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let examples = examples.canonicalize().unwrap();
    let faults = faults(&examples);
    assert_eq!(faults.len(), 8);
    for (patch, rules) in faults {
        let folder = tempfile::tempdir().unwrap();
        copy(&examples.join("notes"), folder.path());
        let applied = Command::new("git")
            .arg("apply")
            .arg(examples.join("notes-broken").join(&patch))
            .current_dir(&folder)
            .output()
            .unwrap();
        assert!(applied.status.success(), "{patch}: {applied:?}");
        let at = folder.path().to_str().unwrap();
        let output = betroth(&["check", at, "--all", "--format", "json"]);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let findings = report["findings"].as_array().unwrap();
        let mut found: Vec<_> = findings
            .iter()
            .map(|it| it["rule"].as_str().unwrap())
            .collect();
        found.sort_unstable();
        found.dedup();
        assert_eq!(found, rules, "{patch}");
    }
}
