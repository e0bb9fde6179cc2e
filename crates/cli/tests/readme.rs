//! The README shows what the program says.

use std::path::Path;
use std::process::Command;

#[test]
fn the_readme_shows_the_output_for_the_broken_example() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new(env!("CARGO_BIN_EXE_betroth"))
        .args(["check", "examples/broken"])
        .current_dir(&root)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    let said = String::from_utf8(output.stdout).unwrap();

    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let command = "$ cargo run --release -- check examples/broken\n";
    let (_, after) = readme.split_once(command).unwrap();
    let (shown, _) = after.split_once("```").unwrap();
    assert_eq!(
        shown, said,
        "README.md shows another output than this:\n{said}"
    );
}

#[test]
fn the_broken_example_has_each_of_its_faults_and_no_other_error() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new(env!("CARGO_BIN_EXE_betroth"))
        .args(["check", "examples/broken", "--format", "json"])
        .current_dir(root)
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let mut found: Vec<_> = findings
        .iter()
        .map(|it| {
            (
                it["rule"].as_str().unwrap(),
                it["severity"].as_str().unwrap(),
            )
        })
        .collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            ("algorithm-mismatch", "error"),
            ("expiry-optional", "note"),
            ("hardcoded-secret", "error"),
            ("issuer-unchecked", "warning"),
            ("payload-too-wide", "note"),
            ("route-unauthenticated", "error"),
            ("unauthorized-unhandled", "note"),
            ("wildcard-origin-with-credentials", "warning"),
        ]
    );
}
