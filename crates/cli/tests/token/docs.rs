//! What is written about the commands.

use std::path::Path;
use std::process::Command;

use base64_simd::STANDARD;
use serde_json::json;

use crate::desk::{Desk, ISSUER};

/// A folder as the page has it.
fn desk() -> Desk {
    let desk = Desk::new();
    let token = desk.token(json!({ "email": "ada@example.com", "role": "admin" }));
    desk.write("token.txt", &token);
    desk.write("cut.txt", token.rsplit_once('.').unwrap().0);
    let mac = STANDARD.encode_to_string([7; 32]);
    let session = "qZ8kLm2Nf9RtYw8ZsPd1HcGaUe4x3Jq0";
    desk.write("cookie.txt", &format!("{session}.{mac}"));
    let over = desk.token(json!({ "exp": 1_800_000_060 }));
    desk.write(
        "other.txt",
        &desk.token(json!({ "aud": "https://files.example.com" })),
    );
    desk.write("tokens.txt", &format!("{token}\n{over}\n{token}\n"));
    desk.write(
        "betroth.toml",
        &format!(
            "[issuer]\nbase_url = \"{ISSUER}\"\n[keys]\nform = \"public-key\"\nalgorithms = [\"EdDSA\"]\n\
             public_key = '''\n{}'''\n[token]\naudience = \"https://api.example.com\"\n",
            desk.signer.verifying_key().to_pem().unwrap()
        ),
    );
    desk
}

#[test]
fn the_page_shows_what_the_commands_say() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/token.md");
    let page = std::fs::read_to_string(page).unwrap();
    let desk = desk();
    let mut blocks = page.split("```console\n$ betroth token ").skip(1);
    assert!(blocks.clone().count() >= 5);
    let wrong: Vec<String> = blocks
        .by_ref()
        .filter_map(|block| {
            let (command, rest) = block.split_once('\n').unwrap();
            let (shown, _) = rest.split_once("```").unwrap();
            let (arguments, file) = command.split_once(" < ").unwrap_or((command, ""));
            let stdin = match file {
                "" => String::new(),
                file => desk.read(file),
            };
            let arguments: Vec<&str> = arguments.split_whitespace().collect();
            let said = desk.run(&arguments, &stdin);
            let said = said.stdout + &said.stderr;
            (said != shown).then(|| format!("$ betroth token {command}\n{said}"))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "docs/token.md shows another output than this:\n{}",
        wrong.join("\n")
    );
}

fn betroth(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_betroth"));
    let output = command.args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_help_of_each_command_has_examples_that_fit_a_terminal() {
    for command in [
        &["token"][..],
        &["token", "decode"],
        &["token", "verify"],
        &["token", "sign"],
        &["token", "keys", "new"],
    ] {
        let help = betroth(&[command, &["--help"]].concat());
        let (_, examples) = help.split_once("\n  betroth token ").unwrap();
        let wide = examples.lines().find(|line| line.chars().count() > 80);
        assert_eq!(wide, None);
    }
}

#[test]
fn shells_complete_the_commands_and_their_options() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = betroth(&["completions", shell]);
        for word in ["decode", "secret-env", "expires-in"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}
