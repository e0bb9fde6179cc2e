//! The completions of each shell.

#![expect(
    clippy::unwrap_used,
    reason = "a program that does not start is a test that fails"
)]

use std::process::{Command, Output};

fn completions(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_betroth"))
        .arg("completions")
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn every_shell_learns_the_commands_and_their_options() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = completions(&[shell]);
        assert!(output.status.success(), "{shell}");
        let script = String::from_utf8(output.stdout).unwrap();
        for word in ["betroth", "explain", "fail-on"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn bash_completes_a_command() {
    let script = String::from_utf8(completions(&["bash"]).stdout).unwrap();
    let asked = "COMP_WORDS=(betroth ro); COMP_CWORD=1; _betroth betroth ro betroth; echo \"${COMPREPLY[@]}\"";
    match Command::new("bash")
        .args(["--norc", "-c", &format!("{script}\n{asked}")])
        .output()
    {
        Ok(output) => assert_eq!(String::from_utf8(output.stdout).unwrap(), "routes\n"),
        Err(_) => println!("skipped: there is no `bash`"),
    }
}

#[test]
fn the_help_says_where_each_shell_looks() {
    let help = String::from_utf8(completions(&["--help"]).stdout).unwrap();
    for place in [
        "bash-completion/completions/betroth",
        "_betroth",
        "fish/completions/betroth.fish",
        "elvish/lib/betroth.elv",
        "$PROFILE",
    ] {
        assert!(help.contains(place), "{place} in\n{help}");
    }
    let shells = completions(&["tcsh"]);
    assert_eq!(shells.status.code(), Some(2));
    assert!(String::from_utf8(shells.stderr).unwrap().contains("fish"));
}
