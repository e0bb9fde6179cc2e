//! What is drafted from the sources, and how it is written.

use std::fs;
use std::path::Path;
use std::process::Command;

use betroth_contract::{Contract, KeyForm};
use serde_json::Value;

use crate::tree::{Tree, said};

#[test]
fn the_broken_example_gets_the_contract_that_its_front_end_means() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let said = said(
        Command::new(env!("CARGO_BIN_EXE_betroth"))
            .args(["init", "examples/broken", "--dry-run"])
            .current_dir(&root),
    );
    assert_eq!(said.code, 0);
    assert!(!root.join("examples/broken/betroth.toml").exists());
    insta::assert_snapshot!(said.stdout);
    insta::assert_snapshot!(said.stderr, @"
      front end `web`, API `api`
      keys: 11 read, 3 guessed, 5 to fill in
    ");
}

#[test]
fn what_the_plugin_is_told_stands_in_the_contract() {
    let tree = Tree::new().web("web", 8100).api("api");
    let said = tree.run(&[]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stdout.starts_with("wrote `betroth.toml`\n"));
    insta::assert_snapshot!(fs::read_to_string(tree.path()).unwrap());
    let contract = tree.contract();
    assert_eq!(contract.keys.form(), KeyForm::Jwks);
    assert_eq!(contract.routes.len(), 1);
    assert_eq!(tree.names(), ["api", "betroth.toml", "web"]);
}

#[test]
fn what_no_source_tells_comes_from_flags() {
    let tree = Tree::new().web("web", 8000).api("api");
    let said = tree.run(&[
        "--issuer",
        "https://app.example.com",
        "--api-url",
        "https://api.example.com",
        "--audience",
        "everyone",
    ]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let text = fs::read_to_string(tree.path()).unwrap();
    let (_, production) = text.split_once("\n[deployment.production]\n").unwrap();
    assert_eq!(
        production,
        "issuer.base_url = \"https://app.example.com\"\napi.url = \"https://api.example.com\"\n\
         web.origins = [\"https://app.example.com\"]  # guess: Better Auth runs in the front end\n"
    );
    assert!(text.contains("audience = \"everyone\"\n"));
    assert!(tree.contract().deployment("production").is_some());
}

#[test]
fn a_flag_that_is_no_address_is_refused_before_anything_is_read() {
    let tree = Tree::new();
    let said = tree.run(&["nowhere", "--issuer", "app.example.com"]);
    assert_eq!(said.code, 2);
    for part in ["--issuer", "no address of `http` or `https`"] {
        assert!(said.stderr.contains(part), "{part} in\n{}", said.stderr);
    }
}

#[test]
fn a_contract_that_is_there_is_kept_unless_it_may_be_overwritten() {
    let tree = Tree::new()
        .web("web", 8000)
        .api("api")
        .file("betroth.toml", "schema = 1\n");
    let said = tree.run(&[]);
    assert_eq!(said.code, 2);
    assert_eq!(
        said.stderr,
        "error: `betroth.toml` is there already; `--dry-run` shows what would be written, `--force` overwrites it\n"
    );
    assert_eq!(fs::read_to_string(tree.path()).unwrap(), "schema = 1\n");
    assert_eq!(tree.run(&["--dry-run"]).code, 0);
    assert_eq!(fs::read_to_string(tree.path()).unwrap(), "schema = 1\n");
    assert_eq!(tree.run(&["--force"]).code, 0);
    assert_eq!(tree.contract().apis.iter().len(), 1);
}

#[test]
fn nothing_is_left_behind_where_the_file_cannot_be_written() {
    let tree = Tree::new()
        .web("web", 8000)
        .api("api")
        .file("betroth.toml/note", "");
    let said = tree.run(&["--force"]);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr
            .starts_with("error: `betroth.toml` cannot be written: "),
        "{}",
        said.stderr
    );
    assert_eq!(tree.names(), ["api", "betroth.toml", "web"]);
}

#[test]
fn of_several_pairs_one_is_taken_and_the_others_are_named() {
    let tree = Tree::new()
        .web("one/web", 8001)
        .api("one/api")
        .web("two/web", 8002)
        .api("two/api");
    let said = tree.run(&["--dry-run"]);
    assert!(
        said.stderr
            .contains("another pair: `--web two/web --api two/api`"),
        "{}",
        said.stderr
    );
    let said = tree.run(&["--web", "./two/web/"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(
        said.stdout.contains("front end `two/web`, API `two/api`\n"),
        "{}",
        said.stdout
    );
    assert!(!said.stdout.contains("another pair"));
    let said = tree.run(&["--api", "three", "--dry-run"]);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr.contains(
            "error: `--api three`: no FastAPI application was found there; there is `one/api`, `two/api`"
        ),
        "{}",
        said.stderr
    );
}

#[test]
fn one_side_alone_gets_its_half() {
    let tree = Tree::new().api("api");
    assert_eq!(tree.run(&[]).code, 0);
    let contract = tree.contract();
    assert!(contract.web.is_none());
    assert_eq!(contract.keys.form(), KeyForm::Jwks);
    let api = contract.apis.named("main").unwrap();
    assert_eq!(api.root.as_str(), "api");
    assert_eq!(api.app.module, "app.main");
    let tree = Tree::new().web("web", 8000);
    assert_eq!(tree.run(&[]).code, 0);
    assert_eq!(tree.contract().apis.iter().len(), 0);
}

#[test]
fn where_nothing_is_found_nothing_is_written() {
    let tree = Tree::new().file("note.txt", "");
    for (folder, why) in [
        (".", "`.` holds no Python, TypeScript or JavaScript source"),
        ("nowhere", "`nowhere` does not exist"),
        ("note.txt", "`note.txt` is not a folder"),
    ] {
        let said = tree.run(&[folder]);
        assert_eq!(said.code, 2);
        assert!(said.stderr.contains(why), "{}", said.stderr);
    }
    assert_eq!(tree.names(), ["note.txt"]);
}

#[test]
fn programs_get_each_key_with_what_it_rests_on() {
    let tree = Tree::new().web("web", 8000).api("api");
    let said = tree.run(&["--dry-run", "--format", "json"]);
    let object: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(object["schema"], 1);
    assert_eq!(object["written"], false);
    assert_eq!(object["web_root"], "web");
    assert_eq!(object["api_root"], "api");
    let keys = object["keys"].as_array().unwrap();
    let key = |name: &str| keys.iter().find(|it| it["key"] == name).unwrap();
    assert_eq!(key("token.lifetime")["value"], "\"1h\"");
    assert_eq!(key("token.lifetime")["basis"], "read");
    assert_eq!(key("token.lifetime")["file"], "web/lib/auth.ts");
    assert_eq!(key("web.origins")["basis"], "guess");
    assert_eq!(key("deployment.production.api.url")["basis"], "open");
    assert_eq!(tree.names(), ["api", "web"]);
    Contract::parse(object["text"].as_str().unwrap(), "betroth.toml").unwrap();
}

#[cfg(feature = "corpus")]
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the environment names what is no part of the repository"
)]
fn every_repository_gets_a_contract_that_holds() {
    let folder = std::env::var_os("BETROTH_SOURCES").expect("BETROTH_SOURCES names the folder");
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let said = said(
            Command::new(env!("CARGO_BIN_EXE_betroth"))
                .args(["init", "--dry-run"])
                .arg(&path),
        );
        assert_eq!(said.code, 0, "{}: {}", path.display(), said.stderr);
        Contract::parse(&said.stdout, "betroth.toml").unwrap();
        seen += 1;
    }
    assert!(seen > 0);
}
