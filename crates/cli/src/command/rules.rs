use std::process::ExitCode;

use betroth_audit::rules::{ALL, Rule};
use serde_json::{Value, json};

use super::Format;
use crate::output::Output;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How the answer is written.
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    match arguments.format {
        Format::Human => {
            let width = ALL.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
            for rule in ALL {
                let severity = rule.severity.word();
                output.line(&format!(
                    "{:width$}  {severity:7}  {}",
                    rule.id,
                    rule.title().trim_end_matches('.')
                ))?;
            }
        }
        Format::Json => {
            let text = serde_json::to_string_pretty(&object())?;
            output.line(&text)?;
        }
    }
    output.finish()?;
    Ok(ExitCode::SUCCESS)
}

/// The rules for programs.
pub(super) fn object() -> Value {
    let row = |rule: &&Rule| json!({ "rule": rule.id, "severity": rule.severity.word(), "title": rule.title().trim_end_matches('.') });
    json!({ "schema": 1, "rules": ALL.iter().map(row).collect::<Vec<_>>() })
}
