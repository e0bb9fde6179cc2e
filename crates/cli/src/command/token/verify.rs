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
  … | betroth token verify --contract betroth.toml

Without a contract:
  … | betroth token verify --issuer https://app.example.com --audience https://api.example.com \\
        --jwks https://app.example.com/api/auth/jwks

Many tokens, one a line; prints `accepted` or `refused CODE` for each, in order:
  betroth token verify --contract betroth.toml --batch tokens.txt

Exit codes: 0 accepted, 1 refused (with --batch, any of them), 2 could not run.";

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
