//! The example `notes` stands as its contract asks, and its two sides agree.

#![expect(
    clippy::unwrap_used,
    reason = "a program that does not start is a test that fails"
)]

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
