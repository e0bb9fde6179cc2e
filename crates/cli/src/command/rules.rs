use std::cmp::Reverse;
use std::process::ExitCode;

use betroth_audit::Group;
use betroth_audit::rules::{ALL, Rule};
use betroth_report::Severity;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use serde_json::{Value, json};

use super::Format;
use crate::output::Output;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only the rules about this.
    #[arg(long, value_parser = groups(), value_name = "GROUP")]
    group: Option<Group>,
    /// How the answer is written.
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

/// The words of the groups.
fn groups() -> impl TypedValueParser<Value = Group> {
    let words = Group::ALL.map(|group| PossibleValue::new(group.word()).help(group.title()));
    PossibleValuesParser::new(words).try_map(|word| Group::named(&word).ok_or("no such group"))
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let group = arguments.group;
    match arguments.format {
        Format::Human => list(group, output)?,
        Format::Json => {
            let text = serde_json::to_string_pretty(&object(group))?;
            output.line(&text)?;
        }
    }
    output.finish()?;
    Ok(ExitCode::SUCCESS)
}

/// The rules of each group, the worst first.
fn list(only: Option<Group>, output: &mut Output) -> anyhow::Result<()> {
    let width = ALL.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let groups = Group::ALL
        .into_iter()
        .filter(|it| only.is_none_or(|only| only == *it));
    for (index, group) in groups.enumerate() {
        if index > 0 {
            output.line("")?;
        }
        let name = output.strong(group.word());
        output.line(&format!("{name}: {}", group.title()))?;
        let mut rules: Vec<&Rule> = of(Some(group)).collect();
        rules.sort_by_key(|rule| Reverse(rule.severity));
        for rule in rules {
            let severity = severity(rule.severity, output);
            let title = rule.title().trim_end_matches('.');
            output.line(&format!("  {severity}  {:width$}  {title}", rule.id))?;
        }
    }
    if only.is_none() {
        output.line("")?;
        output.line("the severity is the worst that a rule gives: code that never runs, and what only may hurt, gets less")?;
        output.line("with code, before and after: betroth explain RULE")?;
    }
    Ok(())
}

/// The word for a severity, as wide as the longest of them.
fn severity(severity: Severity, output: &Output) -> String {
    let word = format!("{:7}", severity.word());
    match severity {
        Severity::Error => output.styled(&word, "31"),
        Severity::Warning => output.styled(&word, "33"),
        Severity::Note => word,
    }
}

fn of(group: Option<Group>) -> impl Iterator<Item = &'static Rule> {
    let rules = ALL.iter().copied();
    rules.filter(move |rule| group.is_none_or(|group| rule.group() == group))
}

/// The rules for programs, those of one group or all.
pub(super) fn object(group: Option<Group>) -> Value {
    let row = |rule: &Rule| {
        json!({
            "rule": rule.id,
            "group": rule.group().word(),
            "severity": rule.severity.word(),
            "title": rule.title().trim_end_matches('.'),
        })
    };
    json!({ "schema": 1, "rules": of(group).map(row).collect::<Vec<_>>() })
}
