//! Findings as JSON, for programs.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::{Finding, Key, Notice, PassedBy, Place, Report};

/// The findings of a report in its order: causes and consequences alike, each an entry of its own. What follows from
/// another names it in `cause`: `rule`, `file`, `line`, `column`.
pub fn findings(report: &Report) -> Vec<Value> {
    let keys: HashSet<Key> = report.findings().iter().map(Finding::key).collect();
    let findings = report.findings().iter().map(|one| {
        let mut value = finding(one);
        // A cause that is let pass itself explains nothing any more.
        if let Some(cause) = one.cause.as_ref().filter(|cause| keys.contains(*cause)) {
            let Place {
                file, line, column, ..
            } = cause.spot();
            value["cause"] =
                json!({ "rule": cause.rule(), "file": file, "line": line, "column": column });
        }
        value
    });
    findings.collect()
}

/// The findings that do not count, each with the `reason` and with `by`: who lets it pass, and where that stands.
pub fn suppressed(report: &Report) -> Vec<Value> {
    let passed = report.passed().iter().map(|passed| {
        let mut value = finding(&passed.finding);
        value["reason"] = json!(passed.reason);
        let kind = passed.by.word();
        value["by"] = match &passed.by {
            PassedBy::Comment(place) | PassedBy::Contract(place) => {
                json!({ "kind": kind, "file": place.file, "line": place.line.max(1) })
            }
            PassedBy::Baseline(file) => json!({ "kind": kind, "file": file }),
        };
        value
    });
    passed.collect()
}

/// What a person should know of the run itself: `file`, `line`, `message`, `help`.
pub fn notices(notices: &[Notice]) -> Vec<Value> {
    let notices = notices.iter().map(|notice| {
        json!({
            "file": notice.place.file,
            "line": notice.place.line.max(1),
            "message": notice.message,
            "help": notice.help,
        })
    });
    notices.collect()
}

/// One finding: `rule`, `severity`, `confidence`, `message`, `file`, `line`, `column`, `related`, `help`, `fix`.
///
/// Lines and columns count from 1, columns in characters. Where a program can mend it, `cure` has a `name`, a `title` and the
/// `edits`: `file`, `start` and `end` in bytes, `text`. It is left out where an edit holds what looks like a secret.
fn finding(finding: &Finding) -> Value {
    let Place {
        file, line, column, ..
    } = &finding.place;
    let related = finding.related.iter().map(|related| {
        json!({ "file": related.place.file, "line": related.place.line.max(1), "message": related.message })
    });
    let mut value = json!({
        "rule": finding.rule,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "message": finding.message,
        "file": file,
        "line": line.max(&1),
        "column": column.max(&1),
        "related": related.collect::<Vec<_>>(),
        "help": finding.help,
        "fix": finding.fix,
    });
    let cure = finding.cure.as_ref();
    if let Some(cure) = cure.filter(|cure| cure.is_free_of_secrets()) {
        value["cure"] = json!({ "name": cure.name, "title": cure.title, "edits": cure.edits });
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Confidence, Fix, Severity};

    fn drift() -> Finding {
        Finding::new(
            "key-drift",
            Severity::Error,
            Place::new("api/auth.py", 22, 5),
            "the API checks HS256, the front end signs EdDSA",
        )
        .confidence(Confidence::Medium)
        .label("checks HS256")
        .related(Place::new("web/auth.ts", 0, 7), "signs EdDSA")
        .why("every call is refused")
        .help("read the keys from `/api/auth/jwks`")
        .fix(Fix::Suggested)
    }

    #[test]
    fn a_finding_has_exactly_the_keys_of_the_report_format() {
        insta::assert_snapshot!(format!("{:#}", finding(&drift())), @r#"
        {
          "rule": "key-drift",
          "severity": "error",
          "confidence": "medium",
          "message": "the API checks HS256, the front end signs EdDSA",
          "file": "api/auth.py",
          "line": 22,
          "column": 5,
          "related": [
            {
              "file": "web/auth.ts",
              "line": 1,
              "message": "signs EdDSA"
            }
          ],
          "help": "read the keys from `/api/auth/jwks`",
          "fix": "suggested"
        }
        "#);
    }

    #[test]
    fn a_place_without_line_and_column_stands_at_the_beginning() {
        let value = finding(&Finding::new(
            "rule",
            Severity::Note,
            Place::new("a.py", 0, 0),
            "message",
        ));
        assert_eq!((&value["line"], &value["column"]), (&json!(1), &json!(1)));
    }

    #[test]
    fn every_finding_of_a_report_is_an_entry_in_its_order() {
        let cause = drift();
        let follower = Finding::new(
            "unread-claim",
            Severity::Warning,
            Place::new("api/me.py", 3, 1),
            "message",
        )
        .because_of(cause.key());
        let values = findings(&Report::new(vec![follower, cause]));
        let rules: Vec<_> = values.iter().map(|value| value["rule"].as_str()).collect();
        assert_eq!(rules, [Some("key-drift"), Some("unread-claim")]);
        assert_eq!(values[1]["cause"]["rule"], "key-drift");
        assert_eq!(values[0].get("cause"), None);
    }
}
