//! A finding as an editor marks it.

use betroth_report::{Finding, Notice, Place, Severity};
use serde_json::{Value, json};

use super::checked::Checked;
use super::document::Documents;
use super::range::Range;

/// Who says it.
const SOURCE: &str = "betroth";

/// The diagnostic of a finding; `tied` are those that it leads to or follows from.
pub(super) fn of(
    finding: &Finding,
    tied: &[(&Finding, &str)],
    checked: &Checked,
    documents: &Documents,
    shows_related: bool,
) -> Value {
    let mut words = vec![finding.message.clone()];
    words.extend((!finding.why.is_empty()).then(|| format!("why: {}", finding.why)));
    words.extend((!finding.help.is_empty()).then(|| format!("help: {}", finding.help)));
    let mut diagnostic = json!({
        "range": checked.range(finding),
        "severity": severity(finding.severity),
        "code": finding.rule,
        "source": SOURCE,
        "message": words.join("\n"),
    });
    if shows_related {
        let related = finding.related.iter();
        let related = related.map(|it| (&it.place, it.message.clone()));
        let tied = tied.iter().map(|(other, how)| {
            let words = format!("{how} {}: {}", other.rule, other.message);
            (&other.place, words)
        });
        let related = related
            .chain(tied)
            .map(|(place, words)| json!({ "location": location(place, checked, documents), "message": words }));
        diagnostic["relatedInformation"] = related.collect();
    }
    diagnostic
}

/// The diagnostic of a notice.
pub(super) fn of_notice(notice: &Notice, checked: &Checked) -> Value {
    json!({
        "range": Range::of(&notice.place, checked.text(&notice.place.file)),
        "severity": severity(Severity::Warning),
        "source": SOURCE,
        "message": notice.to_string(),
    })
}

fn location(place: &Place, checked: &Checked, documents: &Documents) -> Value {
    json!({
        "uri": documents.uri(&checked.path(&place.file)),
        "range": Range::of(place, checked.text(&place.file)),
    })
}

/// The number that the protocol has for it.
fn severity(severity: Severity) -> u8 {
    match severity {
        Severity::Error => 1,
        Severity::Warning => 2,
        Severity::Note => 3,
    }
}
