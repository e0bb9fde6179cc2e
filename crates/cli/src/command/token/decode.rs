//! What a token says, for people and programs. Verifies nothing.

mod oddity;
mod words;

use std::process::ExitCode;

use anyhow::anyhow;
use serde_json::{Value, json};

use super::anatomy::{self, Anatomy};
use super::clock::Clock;
use super::foreign;
use super::input::Input;
use crate::command::Format;
use crate::output::Output;

const EXAMPLES: &str = "\
What the front end sends, from the clipboard (Linux: wl-paste, xclip -o;
Windows: Get-Clipboard):
  pbpaste | betroth token decode

Was it still good when the API answered 401?
  betroth token decode --at 2026-01-02T03:04:05Z < token.txt

A single claim:
  betroth token decode --format json < token.txt | jq -r .claims.sub

Whatever it shows, anyone can have written: `betroth token verify` says
whether it holds.";

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    clock: Clock,
    /// How the answer is written.
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let given = arguments.input.read("decode")?;
    if let Some(what) = foreign::what(&given.token) {
        return Err(anyhow!("{what}"));
    }
    let anatomy = Anatomy::of(&given.token)?;
    let now = arguments.clock.now();
    let oddities = oddity::all(&anatomy, now);
    match arguments.format {
        Format::Human => {
            let taken_off = given.taken_off();
            let text = words::words(&anatomy, &oddities, taken_off.as_deref(), now, output);
            output.write(&text)?;
        }
        Format::Json => {
            let time = |name| anatomy.time(name).map(betroth_token::Timestamp::unix);
            let object = json!({
                "schema": 1,
                "verified": false,
                "encrypted": anatomy.claims.is_none(),
                "taken_off": given.taken_off,
                "header": anatomy::shown(&anatomy.header),
                "claims": anatomy.claims.as_ref().map(anatomy::shown),
                "signature_bytes": anatomy.signature,
                "times": {
                    "now": now.unix(),
                    "issued": time("iat"),
                    "not_before": time("nbf"),
                    "expires": time("exp"),
                },
                "oddities": oddities.iter().map(oddity::Oddity::object).collect::<Vec<Value>>(),
            });
            output.line(&anatomy::pretty(&object))?;
        }
    }
    output.finish()?;
    Ok(ExitCode::SUCCESS)
}
