//! Findings as workflow commands of GitHub Actions, which shows them at the lines of a pull request.
//!
//! The source is <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>. GitHub shows ten
//! errors, ten warnings and ten notices of a step, so what follows from a cause stands in the text of its cause.

use std::fmt::Write as _;

use crate::human::printable;
use crate::{Cause, Report, Severity};

/// One command a cause, each on a line of its own.
///
/// `folder` is the folder looked at, relative to the top of the repository, with `/` at its end unless empty.
pub fn commands(report: &Report, folder: &str) -> String {
    let mut text = String::new();
    for cause in report.causes() {
        command(&cause, folder, &mut text);
    }
    text
}

fn command(cause: &Cause<'_>, folder: &str, text: &mut String) {
    let finding = cause.finding;
    let place = &finding.place;
    // The name of a command is GitHub's own: a note is a notice there.
    let name = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut lines = vec![finding.message.clone()];
    lines.extend((!finding.why.is_empty()).then(|| format!("why: {}", finding.why)));
    lines.extend((!finding.help.is_empty()).then(|| format!("help: {}", finding.help)));
    let related = finding.related.iter();
    lines.extend(related.map(|it| format!("see {folder}{}: {}", it.place, it.message)));
    lines.extend(cause.consequences.iter().map(|it| {
        let severity = it.severity.word();
        format!(
            "follows: {severity}[{}] at {folder}{}: {}",
            it.rule, it.place, it.message
        )
    }));
    let (line, column) = (place.line.max(1), place.column.max(1));
    let mut properties = vec![
        ("file", format!("{folder}{}", place.file)),
        ("line", line.to_string()),
        ("col", column.to_string()),
    ];
    if place.width > 0 {
        let last = column.saturating_add(place.width - 1);
        properties.push(("endColumn", last.to_string()));
    }
    properties.push(("title", format!("betroth: {}", finding.rule)));
    let properties: Vec<String> = properties
        .iter()
        .map(|(key, value)| format!("{key}={}", property(value)))
        .collect();
    let message = data(&printable(&lines.join("\n")));
    // Writing to a text does not fail.
    let _ = writeln!(text, "::{name} {}::{message}", properties.join(","));
}

/// A text as the message of a command: what would end the line is written as its number.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A text as a property of a command: what would end the property, too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Finding, Place};

    fn report() -> Report {
        let cause = Finding::new(
            "key-drift",
            Severity::Error,
            Place {
                width: 6,
                ..Place::new("app/a,b:[100%]/auth.ts", 22, 5)
            },
            "100% of calls are refused",
        )
        .related(Place::new("api/auth.py", 3, 1), "signs EdDSA")
        .why("first\r\nsecond")
        .help("read the keys");
        let follower = Finding::new(
            "unread-claim",
            Severity::Warning,
            Place::new("api/me.py", 3, 1),
            "nobody reads it",
        )
        .because_of(cause.key());
        let alone = Finding::new(
            "alone",
            Severity::Note,
            Place::new("api/x.py", 0, 0),
            "said",
        );
        Report::new(vec![cause, follower, alone])
    }

    #[test]
    fn a_cause_is_one_command_that_names_what_follows_from_it() {
        insta::assert_snapshot!(commands(&report(), "src/"), @"
        ::error file=src/app/a%2Cb%3A[100%25]/auth.ts,line=22,col=5,endColumn=10,title=betroth%3A key-drift::100%25 of calls are refused%0Awhy: first�%0Asecond%0Ahelp: read the keys%0Asee src/api/auth.py:3: signs EdDSA%0Afollows: warning[unread-claim] at src/api/me.py:3: nobody reads it
        ::notice file=src/api/x.py,line=1,col=1,title=betroth%3A alone::said
        ");
    }

    #[test]
    fn no_text_begins_a_command_of_its_own() {
        let said = Finding::new(
            "rule",
            Severity::Error,
            Place::new("a\n::stop-commands::x", 1, 1),
            "one\n::set-output name=a::b\r::error::c",
        );
        let text = commands(&Report::new(vec![said]), "");
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(!text.contains('\r'));
    }
}
