//! Findings as SARIF 2.1.0, the format of code scanning: a log with one run.
//!
//! The source is <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

mod fix;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::{Finding, Fingerprints, Notice, Passed, PassedBy, Place, Report, Rule};

/// What stands for the top of the repository in the addresses of files.
const TOP: &str = "%SRCROOT%";

/// Name of the only fingerprint; the number changes with what it is made of.
const FINGERPRINT: &str = "betroth/v1";

/// What is written as it stands in the path of an address (RFC 3986 section 2.3, and the slash).
pub const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What a log tells beside the findings.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    /// The program's version.
    pub version: &'a str,
    /// Every rule that was applied.
    pub rules: &'a [Rule],
    /// What tells the findings apart.
    pub fingerprints: &'a Fingerprints,
    /// The folder looked at, relative to the top of the repository, with `/` at its end unless empty.
    pub folder: &'a str,
    /// What a person should know of the run itself, with the place: what was not read, and the like.
    pub notices: &'a [Notice],
    /// The text of a file, by the name that its place carries, as the report saw it.
    pub source: &'a dyn Fn(&str) -> Option<&'a str>,
}

/// The log of a run. Causes come before what follows from them, and both name each other.
pub fn log(report: &Report, run: &Run<'_>) -> Value {
    let causes = report.causes();
    let counted = causes.iter().flat_map(|cause| {
        let consequences = cause.consequences.iter();
        let leads_to: Vec<_> = consequences.map(|it| (*it, "leads to")).collect();
        let follows_from = [(cause.finding, "follows from")];
        let consequences = cause.consequences.iter();
        std::iter::once(result(cause.finding, &leads_to, run))
            .chain(consequences.map(move |it| result(it, &follows_from, run)))
    });
    let passed = report.passed().iter().map(|it| suppressed(it, run));
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "betroth",
                "semanticVersion": run.version,
                "rules": run.rules.iter().map(rule).collect::<Vec<_>>(),
            } },
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": run.notices.iter().map(|notice| notification(notice, run)).collect::<Vec<_>>(),
            }],
            "originalUriBaseIds": { TOP: { "description": { "text": "the top of the repository" } } },
            "columnKind": "unicodeCodePoints",
            "results": counted.chain(passed).collect::<Vec<_>>(),
        }],
    })
}

fn rule(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": rule.text },
        "help": { "text": rule.text, "markdown": rule.markdown },
        "defaultConfiguration": { "level": rule.severity.word() },
        "properties": { "tags": ["security"] },
    })
}

/// One finding; `tied` are those that it leads to or follows from.
fn result(finding: &Finding, tied: &[(&Finding, &str)], run: &Run<'_>) -> Value {
    let related = finding
        .related
        .iter()
        .map(|related| (&related.place, related.message.clone()));
    let tied = tied.iter().map(|(other, how)| {
        let words = format!("{how} {}: {}", other.rule, other.message);
        (&other.place, words)
    });
    let related = (0..).zip(related.chain(tied)).map(|(id, (place, words))| {
        let mut location = location(place, &words, run);
        location["id"] = json!(id);
        location
    });
    let mut words = vec![finding.message.clone()];
    words.extend((!finding.why.is_empty()).then(|| format!("why: {}", finding.why)));
    words.extend((!finding.help.is_empty()).then(|| format!("help: {}", finding.help)));
    let mut result = json!({
        "ruleId": finding.rule,
        "level": finding.severity.word(),
        "message": { "text": words.join("\n") },
        "locations": [location(&finding.place, &finding.label, run)],
        "relatedLocations": related.collect::<Vec<_>>(),
        "properties": { "confidence": finding.confidence, "fix": finding.fix },
    });
    if let Some(index) = run.rules.iter().position(|rule| rule.id == finding.rule) {
        result["ruleIndex"] = json!(index);
    }
    if let Some(fingerprint) = run.fingerprints.get(finding) {
        result["partialFingerprints"] = json!({ FINGERPRINT: fingerprint.to_string() });
    }
    let cure = finding.cure.as_ref();
    if let Some(fix) = cure.and_then(|cure| fix::fix(cure, run)) {
        result["fixes"] = json!([fix]);
    }
    result
}

fn suppressed(passed: &Passed, run: &Run<'_>) -> Value {
    let mut suppression = json!({
        "status": "accepted",
        "justification": passed.reason,
    });
    match &passed.by {
        PassedBy::Comment(place) => {
            suppression["kind"] = json!("inSource");
            suppression["location"] = location(place, "", run);
        }
        PassedBy::Contract(_) | PassedBy::Baseline(_) => suppression["kind"] = json!("external"),
    }
    let mut result = result(&passed.finding, &[], run);
    result["suppressions"] = json!([suppression]);
    result
}

fn notification(notice: &Notice, run: &Run<'_>) -> Value {
    json!({
        "level": "warning",
        "message": { "text": notice.to_string() },
        "locations": [location(&notice.place, "", run)],
    })
}

/// A place with a few words on it; none where they are empty.
fn location(place: &Place, words: &str, run: &Run<'_>) -> Value {
    let mut region = json!({ "startLine": place.line.max(1), "startColumn": place.column.max(1) });
    if place.width > 0 {
        // The column behind the last one meant.
        region["endColumn"] = json!(place.column.max(1).saturating_add(place.width));
    }
    let mut location = json!({ "physicalLocation": {
        "artifactLocation": artifact(&place.file, run),
        "region": region,
    } });
    if !words.is_empty() {
        location["message"] = json!({ "text": words });
    }
    location
}

/// The address of a file.
fn artifact(file: &str, run: &Run<'_>) -> Value {
    let path = format!("{}{file}", run.folder);
    json!({ "uri": utf8_percent_encode(&path, PLAIN).to_string(), "uriBaseId": TOP })
}

#[cfg(test)]
mod tests;
