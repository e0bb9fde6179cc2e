//! Findings as JUnit XML, which most build servers show: a rule is a suite, each of its findings a case that failed, or that passed with
//! what is said of it where it is too mild to fail a build.

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite, XmlString};

use crate::human::printable;
use crate::{Cause, Finding, Report, Rule, Severity};

/// Why a report could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the report could not be written as XML")]
pub struct JunitError(#[from] quick_junit::SerializeError);

/// The report as XML. A rule that found nothing is a case that passed, a finding that was let pass one that was skipped.
///
/// Findings from `least` on fail; `None` where none does. `folder` is the folder looked at, relative to the top of the repository, with `/` at its end unless empty.
pub fn xml(
    report: &Report,
    rules: &[Rule],
    least: Option<Severity>,
    folder: &str,
) -> Result<String, JunitError> {
    let causes = report.causes();
    let counted: Vec<(&Finding, Option<&Finding>)> = causes.iter().flat_map(Cause::each).collect();
    let mut document = quick_junit::Report::new("betroth");
    for rule in rules {
        let failed = counted
            .iter()
            .filter(|(finding, _)| finding.rule == rule.id)
            .map(|(finding, cause)| {
                let lines = said(finding, *cause, folder);
                if least.is_some_and(|least| finding.severity >= least) {
                    return case(finding, failure(finding, &lines), folder);
                }
                let mut passed = case(finding, TestCaseStatus::success(), folder);
                passed.set_system_out(clean(&lines));
                passed
            });
        let passed = report
            .passed()
            .iter()
            .filter(|passed| passed.finding.rule == rule.id);
        let skipped = passed.map(|passed| {
            let mut status = TestCaseStatus::skipped();
            status.set_message(clean(&passed.reason));
            case(&passed.finding, status, folder)
        });
        let mut cases: Vec<TestCase> = failed.chain(skipped).collect();
        if cases.is_empty() {
            let mut passed = TestCase::new(clean(&rule.title), TestCaseStatus::success());
            passed.set_classname(rule.id);
            cases.push(passed);
        }
        let mut suite = TestSuite::new(rule.id);
        suite.add_test_cases(cases);
        document.add_test_suite(suite);
    }
    Ok(document.to_string()?)
}

/// A case that is named by the place of the finding.
fn case(finding: &Finding, status: TestCaseStatus, folder: &str) -> TestCase {
    let place = &finding.place;
    let mut case = TestCase::new(clean(&format!("{folder}{place}")), status);
    case.set_classname(finding.rule);
    case.extra
        .insert("file".into(), clean(&format!("{folder}{}", place.file)));
    case.extra
        .insert("line".into(), clean(&place.line.max(1).to_string()));
    case
}

/// All that is said of a finding.
fn said(finding: &Finding, cause: Option<&Finding>, folder: &str) -> String {
    let mut lines = vec![finding.message.clone()];
    lines.push(format!("at {folder}{}", finding.place));
    let related = finding.related.iter();
    lines.extend(related.map(|it| format!("see {folder}{}: {}", it.place, it.message)));
    lines.extend(cause.map(|it| {
        format!(
            "follows from {} at {folder}{}: {}",
            it.rule, it.place, it.message
        )
    }));
    lines.extend((!finding.why.is_empty()).then(|| format!("why: {}", finding.why)));
    lines.extend((!finding.help.is_empty()).then(|| format!("help: {}", finding.help)));
    lines.join("\n")
}

fn failure(finding: &Finding, lines: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status
        .set_type(finding.severity.word())
        .set_message(clean(&finding.message))
        .set_description(clean(lines));
    status
}

fn clean(text: &str) -> XmlString {
    XmlString::new(printable(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PassedBy, Place};

    fn rule(id: &'static str) -> Rule {
        Rule {
            id,
            severity: Severity::Error,
            title: format!("What {id} finds."),
            text: String::new(),
            markdown: String::new(),
        }
    }

    #[test]
    fn a_finding_fails_what_was_let_pass_is_skipped_and_a_clean_rule_passes() {
        let cause = Finding::new(
            "key-drift",
            Severity::Error,
            Place::new("api/auth.py", 22, 5),
            "the API checks <HS256> & \u{1b}[31m\u{0} more",
        )
        .related(Place::new("web/auth.ts", 7, 1), "signs EdDSA")
        .why("every call is refused")
        .help("read the keys");
        let follower = Finding::new(
            "unread-claim",
            Severity::Warning,
            Place::new("api/me.py", 3, 1),
            "nobody reads it",
        )
        .because_of(cause.key());
        let known = Finding::new(
            "unread-claim",
            Severity::Note,
            Place::new("api/known.py", 1, 1),
            "nobody reads it here",
        );
        let mut report = Report::new(vec![cause, follower, known]);
        report.let_pass(|it| {
            (it.severity == Severity::Note).then(|| {
                let by = PassedBy::Baseline("known.json".into());
                (by, "recorded".to_owned())
            })
        });
        let rules = ["clean", "key-drift", "unread-claim"].map(rule);
        insta::assert_snapshot!(xml(&report, &rules, Some(Severity::Note), "src/").unwrap(), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="betroth" tests="4" skipped="1" failures="2" errors="0">
            <testsuite name="clean" tests="1" skipped="0" errors="0" failures="0">
                <testcase name="What clean finds." classname="clean"/>
            </testsuite>
            <testsuite name="key-drift" tests="1" skipped="0" errors="0" failures="1">
                <testcase name="src/api/auth.py:22" classname="key-drift" file="src/api/auth.py" line="22">
                    <failure message="the API checks &lt;HS256&gt; &amp; �[31m� more" type="error">the API checks &lt;HS256&gt; &amp; �[31m� more
        at src/api/auth.py:22
        see src/web/auth.ts:7: signs EdDSA
        why: every call is refused
        help: read the keys</failure>
                </testcase>
            </testsuite>
            <testsuite name="unread-claim" tests="2" skipped="1" errors="0" failures="1">
                <testcase name="src/api/me.py:3" classname="unread-claim" file="src/api/me.py" line="3">
                    <failure message="nobody reads it" type="warning">nobody reads it
        at src/api/me.py:3
        follows from key-drift at src/api/auth.py:22: the API checks &lt;HS256&gt; &amp; �[31m� more</failure>
                </testcase>
                <testcase name="src/api/known.py:1" classname="unread-claim" file="src/api/known.py" line="1">
                    <skipped message="recorded"/>
                </testcase>
            </testsuite>
        </testsuites>
        "#);
    }
}
