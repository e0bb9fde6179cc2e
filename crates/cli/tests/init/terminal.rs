//! What is asked on a terminal.
#![cfg(unix)]

use std::fs;
use std::process::Command;

use crate::tree::Tree;

/// What is shown where these are the answers, line by line; `None` where there is no `script`, which makes the terminal.
fn shown(tree: &Tree, answers: &[&str]) -> Option<String> {
    let file = tree.0.path().join("answers");
    fs::write(&file, answers.join("\n") + "\n").unwrap();
    let ran = Command::new("script")
        .args(["-qec", &format!("{} init", env!("CARGO_BIN_EXE_betroth"))])
        .arg("/dev/null")
        .current_dir(&tree.0)
        .stdin(fs::File::open(&file).unwrap())
        .output();
    fs::remove_file(file).unwrap();
    let output = ran.ok()?;
    let shown = String::from_utf8(output.stdout).unwrap();
    Some(shown.replace('\r', ""))
}

#[test]
fn an_answer_that_the_contract_does_not_take_is_asked_for_again() {
    let tree = Tree::new().web("web", 8000).api("api");
    let answers = [
        "app.example.com",
        "https://app.example.com",
        "https://api.example.org",
        "",
        "one",
        "two",
        "15",
        "10m",
        "cookie",
        "proxy",
        "a..b",
        "realm_access.roles",
        "",
        "none",
        "X-Frame-Options: DENY",
        "x-frame-options: SAMEORIGIN",
        "",
    ];
    let Some(shown) = shown(&tree, &answers) else {
        eprintln!("skipped: there is no `script`");
        return;
    };
    for part in [
        "no address of `http` or `https`",
        "`https://app.example.com` and `https://api.example.org` are two sites",
        "it is `15`, which has no unit",
        "it does not take `cookie`; write one of `token`, `proxy`, `gateway`",
        "which names no claim",
        "it has no colon; write `Name: value`",
        "it names `x-frame-options` once more",
        "wrote `betroth.toml`",
    ] {
        assert!(shown.contains(part), "{part} in\n{shown}");
    }
    let contract = tree.contract();
    assert_eq!(contract.token.lifetime.to_string(), "10m");
    assert_eq!(contract.claims.roles.as_str(), "realm_access.roles");
    let web = contract.web.as_ref().unwrap();
    assert_eq!(web.transport.as_str(), "proxy");
    assert_eq!(web.headers.iter().len(), 1);
    let production = contract.deployment("production").unwrap();
    let api = production.apis.named("main").unwrap();
    assert!(format!("{:?}", api.url).contains("https://api.example.org"));
}

#[test]
fn empty_answers_take_what_is_proposed() {
    let tree = Tree::new().web("web", 8000).api("api");
    let Some(shown) = shown(&tree, &[""; 9]) else {
        eprintln!("skipped: there is no `script`");
        return;
    };
    let (questions, _) = shown.split_once("wrote `betroth.toml`").unwrap();
    let asked = questions.lines().filter(|line| !line.is_empty());
    let asked: Vec<&str> = asked
        .filter(|it| !it.contains("reading the sources"))
        .collect();
    insta::assert_snapshot!("questions", asked.join("\n"));
    insta::assert_snapshot!("answered", fs::read_to_string(tree.path()).unwrap());
}

#[test]
fn what_a_flag_says_is_not_asked() {
    let tree = Tree::new().web("web", 8000).api("api");
    let file = tree.0.path().join("nothing");
    fs::write(&file, "").unwrap();
    let line = format!("{} init --yes --lifetime 5m", env!("CARGO_BIN_EXE_betroth"));
    let ran = Command::new("script")
        .args(["-qec", &line, "/dev/null"])
        .current_dir(&tree.0)
        .stdin(fs::File::open(file).unwrap())
        .output();
    let Ok(output) = ran else {
        eprintln!("skipped: there is no `script`");
        return;
    };
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(!shown.contains('['), "{shown}");
    assert_eq!(tree.contract().token.lifetime.to_string(), "5m");
}
