use std::process::ExitCode;

use anyhow::bail;
use betroth_audit::rules::Rule;
use serde_json::{Value, json};

use super::Format;
use crate::output::Output;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Name of the rule, as a finding shows it in brackets.
    rule: String,
    /// How the answer is written.
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let rule = named(&arguments.rule)?;
    match arguments.format {
        Format::Human => {
            let title = output.strong(rule.id);
            output.line(&title)?;
            output.line("")?;
            output.write(&page(rule))?;
        }
        Format::Json => {
            let text = serde_json::to_string_pretty(&object(rule))?;
            output.line(&text)?;
        }
    }
    output.finish()?;
    Ok(ExitCode::SUCCESS)
}

/// The rule of that name.
///
/// # Errors
/// Where there is none; names the one that may be meant.
pub(super) fn named(name: &str) -> anyhow::Result<&'static Rule> {
    let name = name.trim();
    match (Rule::named(name), Rule::nearest(name)) {
        (Some(rule), _) => Ok(rule),
        (None, Some(rule)) => bail!("no rule is named `{name}`; did you mean `{}`?", rule.id),
        (None, None) => bail!("no rule is named `{name}`; `betroth rules` lists them"),
    }
}

/// A rule for programs, with its page.
pub(super) fn object(rule: &Rule) -> Value {
    json!({
        "schema": 1,
        "rule": rule.id,
        "severity": rule.severity.word(),
        "title": rule.title().trim_end_matches('.'),
        "page": page(rule),
    })
}

/// The page of a rule in Markdown.
pub(super) fn page(rule: &Rule) -> String {
    rule.page
        .lines()
        .flat_map(|line| [shown(line), "\n".to_owned()])
        .collect()
}

/// A line of the page; the head of a code block becomes the words that it stands for.
fn shown(line: &str) -> String {
    let line = line.strip_prefix(' ').unwrap_or(line);
    let Some(head) = line.strip_prefix("```") else {
        return line.to_owned();
    };
    let words: Vec<&str> = head.split_whitespace().collect();
    match words[..] {
        [language, kind @ ("bad" | "good"), file] => {
            format!("\n**{kind}**: `{file}`\n```{language}")
        }
        _ => line.to_owned(),
    }
}
