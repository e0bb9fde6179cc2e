use std::process::ExitCode;

use anyhow::bail;
use betroth_audit::rules::{Example, Rule};
use serde_json::{Value, json};
use similar::{ChangeTag, TextDiff};

use super::Format;
use crate::output::Output;

/// Most lines of a change that is shown at the head of a page.
const LONGEST: usize = 16;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Name of the rule, as a finding shows it in brackets.
    rule: String,
    /// Only what is wrong, why, and what changes: no whole examples.
    #[arg(long)]
    short: bool,
    /// How the answer is written.
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let rule = named(&arguments.rule)?;
    match arguments.format {
        Format::Human => {
            let title = output.strong(rule.id);
            let (severity, group) = (rule.severity.word(), rule.group().word());
            output.line(&format!("{title} ({severity}, {group})"))?;
            output.line("")?;
            output.line(&words(rule))?;
            let change = change(rule);
            if let Some(change) = &change {
                output.line("")?;
                output.line("instead:")?;
                output.write(change)?;
            }
            if !arguments.short {
                output.line("")?;
                output.write(&examples(rule))?;
            } else if change.is_none() {
                output.line("")?;
                output.line(&format!(
                    "with code, before and after: betroth explain {}",
                    rule.id
                ))?;
            }
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
        "group": rule.group().word(),
        "severity": rule.severity.word(),
        "title": rule.title().trim_end_matches('.'),
        "page": page(rule),
    })
}

/// The page of a rule in Markdown.
pub(super) fn page(rule: &Rule) -> String {
    rendered(rule.page.lines())
}

/// What is wrong, and why it matters.
pub(super) fn words(rule: &Rule) -> String {
    let words = rule.page.lines().map(str::trim);
    let words: Vec<&str> = words.take_while(|line| !line.starts_with("```")).collect();
    words.join("\n").trim().to_owned()
}

/// The examples of a rule in Markdown.
fn examples(rule: &Rule) -> String {
    let lines = rule.page.lines();
    let examples = lines.skip_while(|line| !line.trim().starts_with("```"));
    rendered(examples).trim_start().to_owned()
}

/// The lines by which a good example differs from the bad one that is most like it; `None` where that says little, since
/// most of it differs.
fn change(rule: &Rule) -> Option<String> {
    let examples = rule.examples();
    let bad = || examples.iter().filter(|example| example.bad);
    let good = examples.iter().filter(|example| !example.bad);
    let changes = good.flat_map(|good| bad().map(|bad| difference(bad, good)));
    changes
        .filter(|change| (1..=LONGEST).contains(&change.len()))
        .min_by_key(Vec::len)
        .map(|lines| lines.concat())
}

/// What differs between two trees, line by line, each file under its name.
fn difference(bad: &Example, good: &Example) -> Vec<String> {
    let mut lines = Vec::new();
    for (file, after) in &good.files {
        let before = bad.files.iter().find(|(name, _)| name == file);
        let before = before.map_or("", |(_, text)| text.as_str());
        let diff = TextDiff::from_lines(before, after);
        let changed = diff
            .iter_all_changes()
            .filter(|change| change.tag() != ChangeTag::Equal)
            .map(|change| {
                let line = format!("  {} {}", change.tag(), change.value());
                format!("{}\n", line.trim_end())
            });
        let changed: Vec<String> = changed.collect();
        if !changed.is_empty() {
            lines.push(format!("  {file}\n"));
            lines.extend(changed);
        }
    }
    lines
}

fn rendered<'l>(lines: impl Iterator<Item = &'l str>) -> String {
    lines
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
