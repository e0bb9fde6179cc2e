//! Whether a token is accepted: asks the verifier of `betroth-token`, and says what it answered.

mod answer;
mod batch;
mod trust;

use std::path::PathBuf;
use std::process::ExitCode;

use super::clock::Clock;
use super::input::Input;
use crate::command::Format;
use crate::output::{Output, complain};
use answer::Answer;
use trust::{Against, Trust};

const EXAMPLES: &str = "\
As the API of a contract would judge, with the keys that the contract names:
  betroth token verify --contract betroth.toml < token.txt

Without a contract:
  betroth token verify --issuer https://app.example.com \\
    --audience https://api.example.com \\
    --jwks https://app.example.com/api/auth/jwks < token.txt

With the secret that both sides hold:
  export JWT_SECRET
  betroth token verify --issuer https://app.example.com \\
    --audience https://api.example.com --secret-env JWT_SECRET < token.txt

Was it good when the API answered 401?
  betroth token verify --contract betroth.toml \\
    --at 2026-01-02T03:04:05Z < token.txt

Many tokens, one a line: `accepted` or `refused CODE` for each, in order:
  betroth token verify --contract betroth.toml --batch tokens.txt

Keys are fetched from the address named and no other, within 5 s, 256 KiB at
most. Exit codes: 0 accepted, 1 refused (with --batch, any), 2 could not run.";

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    against: Against,
    #[command(flatten)]
    clock: Clock,
    /// Judge each line of FILE (`-` for stdin) as a token.
    #[arg(long, value_name = "FILE|-", conflicts_with_all = ["token", "format"])]
    batch: Option<PathBuf>,
    /// How the answer is written.
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let trust = Trust::new(&arguments.against)?;
    if let Some(file) = &arguments.batch {
        return batch::run(file, &trust, arguments.clock.now(), output);
    }
    let given = arguments.input.read("verify --contract FILE")?;
    if let Some(taken_off) = given.taken_off() {
        complain(&format!("note: {taken_off}"));
    }
    let now = arguments.clock.now();
    let verdict = trust.verifier.verify(&given.token, now);
    let answer = Answer {
        token: &given.token,
        trust: &trust,
        now,
    };
    match arguments.format {
        Format::Human => output.write(&answer.words(&verdict, output))?,
        Format::Json => output.line(&serde_json::to_string_pretty(&answer.object(&verdict))?)?,
    }
    output.finish()?;
    Ok(match verdict {
        Ok(_) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(1),
    })
}
