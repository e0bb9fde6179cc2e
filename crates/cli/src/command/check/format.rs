//! The report in each of its formats.

use betroth_audit::rules::{self, ALL};
use betroth_audit::{Audit, Tree};
use betroth_report::{Fingerprints, Notice, Place, Rule, Severity, github, junit, sarif};
use clap::ValueEnum;

use super::since::Since;
use super::{json, words};
use crate::command::{explain, tell, tell_unread};
use crate::import::Imported;
use crate::output::Output;

/// How the answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    Human,
    /// For programs: one JSON object.
    Json,
    /// For code scanning: SARIF 2.1.0.
    Sarif,
    /// For GitHub Actions: a workflow command for each cause.
    Github,
    /// For build servers: JUnit XML.
    Junit,
}

/// What a check came to.
pub(super) struct Checked<'a> {
    pub(super) tree: &'a Tree,
    pub(super) audit: &'a Audit,
    pub(super) fingerprints: &'a Fingerprints,
    pub(super) imported: Option<&'a Imported>,
    pub(super) since: Option<&'a Since>,
    /// The folder looked at, relative to the top of the repository, with `/` at its end unless empty.
    pub(super) folder: String,
    /// Whether every finding is shown.
    pub(super) all: bool,
    /// The mildest severity that is a failure; `None` where none is.
    pub(super) least: Option<Severity>,
}

/// Writes the report to stdout; what could not be read goes to stderr where the format has no room for it.
pub(super) fn write(
    format: Format,
    checked: &Checked<'_>,
    output: &mut Output,
) -> anyhow::Result<()> {
    let Checked { audit, all, .. } = *checked;
    match format {
        Format::Human => words(checked, output)?,
        Format::Json => output.line(&object(checked)?)?,
        Format::Sarif => output.line(&serde_json::to_string_pretty(&log(checked))?)?,
        Format::Github => output.write(&github::commands(&audit.report, &checked.folder))?,
        Format::Junit => {
            output.write(&junit::xml(
                &audit.report,
                &described(),
                checked.least,
                &checked.folder,
            )?)?;
        }
    }
    output.finish()?;
    if matches!(format, Format::Human | Format::Github | Format::Junit) {
        tell_unread(audit, all);
    }
    tell(&audit.notices);
    Ok(())
}

fn words(checked: &Checked<'_>, output: &mut Output) -> anyhow::Result<()> {
    words::write(checked.tree, checked.audit, checked.all, output)?;
    if let Some(words) = checked.since.and_then(Since::words) {
        output.line(&words)?;
    }
    match checked.imported {
        Some(imported) => imported.write(output),
        None => Ok(()),
    }
}

fn object(checked: &Checked<'_>) -> anyhow::Result<String> {
    let mut report = json::object(checked.audit);
    if let Some(imported) = checked.imported {
        imported.tell(&mut report);
    }
    if let Some(since) = checked.since {
        since.tell(&mut report);
    }
    Ok(serde_json::to_string_pretty(&report)?)
}

fn log(checked: &Checked<'_>) -> serde_json::Value {
    let audit = checked.audit;
    let unread = audit.unread.iter().map(|unread| {
        let place = Place::new(unread.file.clone(), unread.line.unwrap_or(1), 1);
        Notice::new(place, &unread.why, "")
    });
    let notices: Vec<Notice> = unread.chain(audit.notices.iter().cloned()).collect();
    let run = sarif::Run {
        version: env!("CARGO_PKG_VERSION"),
        rules: &described(),
        fingerprints: checked.fingerprints,
        folder: &checked.folder,
        notices: &notices,
        source: &|file| checked.tree.text(file),
    };
    sarif::log(&audit.report, &run)
}

/// Every rule as a report tells of it.
fn described() -> Vec<Rule> {
    ALL.iter().map(|rule| described_one(rule)).collect()
}

fn described_one(rule: &rules::Rule) -> Rule {
    Rule {
        id: rule.id,
        severity: rule.severity,
        title: rule.title().to_owned(),
        text: explain::words(rule),
        markdown: explain::page(rule),
    }
}
