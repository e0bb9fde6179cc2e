//! `betroth token`: what a token says, whether it holds, and tokens and keys for development.

mod anatomy;
mod clock;
mod decode;
mod fetch;
mod file;
mod foreign;
mod input;
mod keys;
mod secret;
mod sign;
mod verify;

use std::process::ExitCode;

use clap::Subcommand;

use crate::output::Output;

/// What the commands are for, from a token that came back with a 401 to one of our own.
const STORY: &str = "\
An API answers 401, and the token is at hand. What does it say?
  pbpaste | betroth token decode

Would it be accepted, and if not, why not, and what is to be done?
  betroth token verify --contract betroth.toml < token.txt

The same without a contract, against what an issuer publishes:
  betroth token verify --issuer https://app.example.com \\
    --audience https://api.example.com \\
    --jwks https://app.example.com/api/auth/jwks < token.txt

An API to be called without its front end, or tests that need tokens:
  betroth token keys new --out private.jwk > jwks.json
  betroth token sign --key private.jwk --issuer https://app.example.com \\
    --audience https://api.example.com --subject u1 > token.txt

Exit codes: 0 accepted or done, 1 refused, 2 could not run.

A token belongs on stdin: a command line stays in the shell's history. No
command shows a signature, a secret, or a token that it was given. See
docs/token.md.";

#[derive(clap::Args)]
#[command(after_help = STORY)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Token,
}

#[derive(Subcommand)]
enum Token {
    /// Show what a token says. Verifies nothing.
    Decode(decode::Arguments),
    /// Say whether a token is accepted, and why not.
    Verify(verify::Arguments),
    /// Sign a token, for development.
    Sign(sign::Arguments),
    /// Make keys.
    Keys(keys::Arguments),
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        Token::Decode(arguments) => decode::run(arguments, output),
        Token::Verify(arguments) => verify::run(arguments, output),
        Token::Sign(arguments) => sign::run(arguments, output),
        Token::Keys(arguments) => keys::run(arguments, output),
    }
}
