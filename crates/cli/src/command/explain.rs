use std::process::ExitCode;

use anyhow::bail;
use betroth_audit::rules::Rule;

use crate::output::Output;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Name of the rule, as a finding shows it in brackets.
    rule: String,
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let name = arguments.rule.trim();
    let Some(rule) = Rule::named(name) else {
        match Rule::nearest(name) {
            Some(rule) => bail!("no rule is named `{name}`; did you mean `{}`?", rule.id),
            None => bail!("no rule is named `{name}`; `betroth rules` lists them"),
        }
    };
    let title = output.strong(rule.id);
    output.line(&title)?;
    output.line("")?;
    output.write(&page(rule))?;
    output.finish()?;
    Ok(ExitCode::SUCCESS)
}

/// The page of a rule, in Markdown.
pub(super) fn page(rule: &Rule) -> String {
    let lines = rule.page.lines();
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
