//! The rules and their pages, for programs.

#![expect(
    clippy::unwrap_used,
    reason = "a program that does not start is a test that fails"
)]

use std::process::{Command, Output};

use serde_json::Value;

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_betroth"))
        .args(arguments)
        .output()
        .unwrap()
}

fn words(arguments: &[&str]) -> String {
    String::from_utf8(run(arguments).stdout).unwrap()
}

fn object(arguments: &[&str]) -> Value {
    let output = run(&[arguments, &["--format", "json"]].concat());
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn people_see_the_rules_of_each_group_with_the_worst_first() {
    let said = words(&["rules"]);
    for group in betroth_audit::Group::ALL {
        let alone = words(&["rules", "--group", group.word()]);
        assert!(alone.starts_with(&format!("{}: ", group.word())), "{alone}");
        assert!(said.contains(&alone), "{alone}");
        let severities: Vec<&str> = alone
            .lines()
            .skip(1)
            .map(|line| line.split_whitespace().next().unwrap())
            .collect();
        assert!(!severities.is_empty());
        assert!(severities.is_sorted_by_key(|it| {
            ["error", "warning", "note"]
                .iter()
                .position(|word| word == it)
        }));
    }
    let rows = said.lines().filter(|line| line.starts_with("  "));
    assert_eq!(rows.count(), betroth_audit::rules::ALL.len());
    let unknown = run(&["rules", "--group", "cookie"]);
    assert_eq!(unknown.status.code(), Some(2));
    let stderr = String::from_utf8(unknown.stderr).unwrap();
    assert!(
        stderr.contains("tokens, issuer, routes, front-end, cookies, secrets"),
        "{stderr}"
    );
}

#[test]
fn programs_get_the_rules_of_one_group() {
    let rules = object(&["rules", "--group", "cookies"]);
    let rows = rules["rules"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["group"] == "cookies"));
    assert!(rows.iter().any(|row| row["rule"] == "cookie-across-sites"));
}

#[test]
fn a_page_opens_with_what_is_wrong_why_and_what_changes() {
    let short = words(&["explain", "--short", "credentials-not-included"]);
    insta::assert_snapshot!(short);
    let whole = words(&["explain", "credentials-not-included"]);
    assert!(whole.starts_with(&short));
    assert!(whole.contains("\n\n**bad**: `web/lib/auth.ts`\n"));
    for rule in betroth_audit::rules::ALL {
        let short = words(&["explain", "--short", rule.id]);
        assert!(
            short.contains("\ninstead:\n") || short.contains("\nwith code, before and after: "),
            "{short}"
        );
        assert!(!short.contains("```"), "{short}");
    }
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

#[test]
fn the_page_of_causes_names_rules_that_there_are_and_every_error() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/causes.md");
    let page = std::fs::read_to_string(page).unwrap();
    let rules: Vec<&str> = betroth_audit::rules::ALL
        .iter()
        .map(|rule| rule.id)
        .collect();
    let rows = page.lines().filter(|line| line.ends_with("` |"));
    let named: Vec<&str> = rows
        .flat_map(|row| row.rsplit(" | ").next().unwrap().split('`'))
        .filter(|word| word.contains('-'))
        .collect();
    for name in &named {
        assert!(rules.contains(name), "`{name}` is no rule");
    }
    for rule in betroth_audit::rules::ALL {
        let told = rule.severity != betroth_report::Severity::Error || named.contains(&rule.id);
        assert!(told, "`{}` is not on the page of causes", rule.id);
    }
}
