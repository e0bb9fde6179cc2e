//! The report for people: the verdict, the one cause that explains most, and how many findings there are besides.

mod passed;

use std::collections::BTreeMap;

use betroth_agreement::{Agreement, Verdict};
use betroth_audit::{Audit, Tree};
use betroth_report::{Cause, Finding, Place, Report, Severity, human};
use betroth_source_python::{Authentication, Route};

use crate::output::Output;

/// How many pairs beside the first are named without `--all`.
const OTHERS: usize = 3;

pub(super) fn write(
    tree: &Tree,
    audit: &Audit,
    all: bool,
    output: &mut Output,
) -> anyhow::Result<()> {
    verdicts(audit, all, output)?;
    let causes = audit.report.causes();
    let shown: Vec<&Cause<'_>> = if all {
        causes.iter().collect()
    } else {
        foremost(&causes).into_iter().collect()
    };
    for cause in &shown {
        let findings = std::iter::once(cause.finding).chain(cause.consequences.iter().copied());
        let report = Report::new(findings.cloned().collect::<Vec<Finding>>());
        let text = human::render(&report, |file| tree.text(file), output.layout);
        output.line("")?;
        output.write(&text)?;
    }
    let more = shown.first().map(|cause| cause.finding.rule);
    let told: usize = shown.iter().map(|cause| 1 + cause.consequences.len()).sum();
    let others = audit.report.findings().len() - told;
    output.line("")?;
    let count = match (told, others) {
        (0, 0) => "no findings".to_owned(),
        (_, 0) => summary(audit),
        (0, 1) => "1 finding: --all".to_owned(),
        (0, many) => format!("{many} findings: --all"),
        (_, 1) => "1 other finding: --all".to_owned(),
        (_, many) => format!("{many} other findings: --all"),
    };
    if let Some(rule) = more.filter(|_| !all) {
        output.line(&format!(
            "with code, before and after: betroth explain {rule}"
        ))?;
    }
    output.line(&count)?;
    let mendable = audit.report.findings().iter();
    match mendable.filter(|finding| finding.cure.is_some()).count() {
        0 => {}
        1 => output.line("1 of them can be mended by the program: --diff, --fix")?,
        many => output.line(&format!(
            "{many} of them can be mended by the program: --diff, --fix"
        ))?,
    }
    passed::write(audit.report.passed(), all, output)
}

fn verdicts(audit: &Audit, all: bool, output: &mut Output) -> anyhow::Result<()> {
    let Some(first) = audit.agreements.first() else {
        output.line(&missing_side(audit))?;
        return routes_in_short(audit, all, output);
    };
    verdict(first, output)?;
    routes_in_short(audit, all, output)?;
    let others = &audit.agreements[1..];
    if all {
        for other in others {
            verdict(other, output)?;
        }
    } else if !others.is_empty() {
        for other in others.iter().take(OTHERS) {
            output.line(&format!(
                "  also {}: front end `{}`, API `{}`",
                other.verdict.word(),
                other.web_root,
                other.api_root
            ))?;
        }
        if let Some(more) = others.len().checked_sub(OTHERS).filter(|more| *more > 0) {
            output.line(&format!("  and {more} more: --all"))?;
        }
    }
    Ok(())
}

fn verdict(agreement: &Agreement, output: &mut Output) -> anyhow::Result<()> {
    let color = match agreement.verdict {
        Verdict::Accepted => "1;32",
        Verdict::Refused | Verdict::Unchecked => "1;31",
        Verdict::Unknown => "1;33",
    };
    let word = output.styled(agreement.verdict.word(), color);
    output.line(&format!("{word}: {}", agreement.because))?;
    output.line(&format!(
        "  front end `{}`, API `{}`",
        agreement.web_root, agreement.api_root
    ))
}

/// The routes of the pair that is shown; all of them where there is one pair at most.
fn routes_shown(audit: &Audit) -> Vec<&Route> {
    match audit.agreements.as_slice() {
        [first, _, ..] => audit.apis_of(first).flat_map(|api| &api.routes).collect(),
        _ => audit.apis().flat_map(|api| &api.routes).collect(),
    }
}

/// How many routes answer how.
fn routes_in_short(audit: &Audit, all: bool, output: &mut Output) -> anyhow::Result<()> {
    let words: Vec<&str> = routes_shown(audit)
        .into_iter()
        .map(|route| route.authentication.word())
        .collect();
    if words.is_empty() {
        return Ok(());
    }
    let counts: Vec<String> = [
        "required",
        "conditional",
        "optional",
        "none",
        "forgeable",
        "unknown",
    ]
    .iter()
    .filter_map(|word| {
        let count = words.iter().filter(|it| it == &word).count();
        (count > 0).then(|| format!("{count} {word}"))
    })
    .collect();
    let noun = if words.len() == 1 { "route" } else { "routes" };
    output.line(&format!("  {} {noun}: {}", words.len(), counts.join(", ")))?;
    untold(audit, all, output)
}

/// Where the reading stopped, most routes first.
fn untold(audit: &Audit, all: bool, output: &mut Output) -> anyhow::Result<()> {
    let mut reasons: BTreeMap<(&str, &Place), usize> = BTreeMap::new();
    for route in routes_shown(audit) {
        if let Authentication::Unknown { why, place } = &route.authentication {
            *reasons.entry((why, place)).or_default() += 1;
        }
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let shown = if all { reasons.len() } else { 1 };
    for ((why, place), count) in reasons.iter().take(shown) {
        output.line(&format!(
            "  unknown for {count}: {why} ({}:{})",
            place.file, place.line
        ))?;
    }
    match reasons.len().saturating_sub(shown) {
        0 => Ok(()),
        1 => output.line("  unknown for 1 other reason: --all"),
        more => output.line(&format!("  unknown for {more} other reasons: --all")),
    }
}

/// Why there is no pair to compare.
pub(super) fn missing_side(audit: &Audit) -> String {
    let api = audit.apis().next().is_some();
    match (audit.webs.is_empty(), api) {
        (true, true) => {
            "no front end was found: no `package.json` names a framework; only the API is judged"
        }
        (false, false) => {
            "no FastAPI application was found, so nothing verifies what the front end sends"
        }
        _ => {
            "neither a front end nor a FastAPI application was found: give the folder that holds both, with their `package.json` and their manifests"
        }
    }
    .to_owned()
}

/// The cause that explains most: the first, unless all there is are notes.
fn foremost<'c, 'a>(causes: &'c [Cause<'a>]) -> Option<&'c Cause<'a>> {
    causes
        .first()
        .filter(|cause| cause.finding.severity > Severity::Note)
}

fn summary(audit: &Audit) -> String {
    let counts: Vec<String> = [
        (Severity::Error, "error", "errors"),
        (Severity::Warning, "warning", "warnings"),
        (Severity::Note, "note", "notes"),
    ]
    .into_iter()
    .filter_map(|(severity, one, many)| match audit.report.count(severity) {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {many}")),
    })
    .collect();
    counts.join(", ")
}
