//! The rules and their pages, for programs.

#![expect(
    clippy::unwrap_used,
    reason = "a program that does not start is a test that fails"
)]

use std::process::Command;

use serde_json::Value;

fn object(arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_betroth"))
        .args(arguments)
        .args(["--format", "json"])
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_rules_are_listed_with_severity_and_title() {
    let rules = object(&["rules"]);
    assert_eq!(rules["schema"], 1);
    assert_eq!(
        rules["rules"].as_array().unwrap().len(),
        betroth_audit::rules::ALL.len()
    );
    let rows = rules["rules"].as_array().unwrap();
    let row = rows.iter().find(|row| row["rule"] == "algorithm-mismatch");
    assert_eq!(row.unwrap()["severity"], "error");
    assert!(!row.unwrap()["title"].as_str().unwrap().ends_with('.'));
}

#[test]
fn the_page_of_a_rule_is_markdown() {
    let page = object(&["explain", "hardcoded-secret"]);
    assert_eq!(page["schema"], 1);
    assert_eq!(page["rule"], "hardcoded-secret");
    assert_eq!(page["severity"], "error");
    assert!(
        page["page"]
            .as_str()
            .unwrap()
            .contains("**good**: `backend/main.py`\n```py\n")
    );
}
