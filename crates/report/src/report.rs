use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use crate::{Finding, Key, Passed, PassedBy, Severity, human, mask};

/// Findings in the order in which a person should read them: what explains the verdict, severity, confidence, place.
///
/// Each finding stands once, and no text of it holds what looks like a secret, whichever rendering it goes to.
#[derive(Clone, Debug, Default)]
pub struct Report {
    findings: Vec<Finding>,
    passed: Vec<Passed>,
}

/// A finding that stands on its own, with those that would not be without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause<'a> {
    /// What to mend.
    pub finding: &'a Finding,
    /// What is mended along with it, in the report's order.
    pub consequences: Vec<&'a Finding>,
}

impl Report {
    /// Orders `findings` and drops repetitions. Findings that are equal in everything ordered by keep their order.
    pub fn new(mut findings: Vec<Finding>) -> Self {
        let mut seen = HashSet::new();
        findings.retain(|finding| seen.insert(finding.clone()));
        findings.iter_mut().for_each(redact);
        findings.sort_by(|a, b| rank(a).cmp(&rank(b)));
        Self {
            findings,
            passed: Vec::new(),
        }
    }

    /// Every finding that counts, causes and consequences alike.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The findings that do not count, in the order in which they were let pass.
    pub fn passed(&self) -> &[Passed] {
        &self.passed
    }

    /// Lets each finding pass for which `judge` gives somebody who says so, with the reason.
    ///
    /// What follows from such a finding stands on its own from then on: nobody spoke of it.
    pub fn let_pass(&mut self, mut judge: impl FnMut(&Finding) -> Option<(PassedBy, String)>) {
        for finding in std::mem::take(&mut self.findings) {
            match judge(&finding) {
                Some((by, reason)) => self.passed.push(Passed {
                    finding,
                    by,
                    reason: human::printable(&mask::text(&reason)),
                }),
                None => self.findings.push(finding),
            }
        }
    }

    /// Drops the findings that count for which `keep` is false; returns how many.
    pub fn drop_unless(&mut self, keep: impl FnMut(&Finding) -> bool) -> usize {
        let before = self.findings.len();
        self.findings.retain(keep);
        before - self.findings.len()
    }

    /// Number of findings of one severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    }

    /// One entry a cause, in the report's order, with all that follows from it, however indirectly.
    ///
    /// A finding whose cause is not in the report stands on its own. Of findings that name each other as cause,
    /// the first is the cause.
    pub fn causes(&self) -> Vec<Cause<'_>> {
        let mut first_with: HashMap<Key, usize> = HashMap::new();
        for (index, finding) in self.findings.iter().enumerate() {
            first_with.entry(finding.key()).or_insert(index);
        }
        let parent = |index: usize| {
            self.findings[index]
                .cause
                .as_ref()
                .and_then(|key| first_with.get(key))
                .copied()
        };

        let mut causes: Vec<Cause<'_>> = Vec::new();
        let mut slot: HashMap<usize, usize> = HashMap::new();
        let roots: Vec<usize> = (0..self.findings.len())
            .map(|index| root(index, parent))
            .collect();
        for (index, finding) in self.findings.iter().enumerate() {
            if roots[index] == index {
                slot.insert(index, causes.len());
                causes.push(Cause {
                    finding,
                    consequences: Vec::new(),
                });
            }
        }
        for (index, finding) in self.findings.iter().enumerate() {
            if let Some(&cause) = slot.get(&roots[index]).filter(|_| roots[index] != index) {
                causes[cause].consequences.push(finding);
            }
        }
        causes
    }
}

impl Cause<'_> {
    /// Each finding, the cause first, with the cause where it follows from it.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&Finding, Option<&Finding>)> {
        let consequences = self.consequences.iter();
        std::iter::once((self.finding, None))
            .chain(consequences.map(|finding| (*finding, Some(self.finding))))
    }
}

/// Follows `parent` upwards; in a circle, the smallest index is the root.
fn root(start: usize, parent: impl Fn(usize) -> Option<usize>) -> usize {
    let mut path = vec![start];
    let mut at = start;
    while let Some(above) = parent(at) {
        if let Some(entry) = path.iter().position(|&passed| passed == above) {
            return path[entry..].iter().copied().min().unwrap_or(above);
        }
        path.push(above);
        at = above;
    }
    at
}

fn rank(finding: &Finding) -> impl Ord {
    (
        !finding.foremost,
        Reverse(finding.severity),
        Reverse(finding.confidence),
        &finding.place,
        finding.rule,
    )
}

/// A rule quotes what it read; this is the one door through which its words pass.
fn redact(finding: &mut Finding) {
    let texts = [
        &mut finding.message,
        &mut finding.label,
        &mut finding.why,
        &mut finding.help,
    ];
    for text in texts.into_iter().chain(
        finding
            .related
            .iter_mut()
            .map(|related| &mut related.message),
    ) {
        *text = mask::text(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Confidence, Place};

    fn finding(rule: &'static str, severity: Severity, line: u32) -> Finding {
        Finding::new(rule, severity, Place::new("api/auth.py", line, 1), rule)
    }

    fn rules(report: &Report) -> Vec<(&'static str, Vec<&'static str>)> {
        let names = |cause: Cause<'_>| {
            (
                cause.finding.rule,
                cause.consequences.iter().map(|f| f.rule).collect(),
            )
        };
        report.causes().into_iter().map(names).collect()
    }

    #[test]
    fn severity_then_confidence_then_place_decide_the_order() {
        let report = Report::new(vec![
            finding("note", Severity::Note, 1),
            finding("late", Severity::Error, 9),
            finding("guess", Severity::Error, 1).confidence(Confidence::Low),
            finding("early", Severity::Error, 2),
            finding("warning", Severity::Warning, 1),
        ]);
        let order: Vec<_> = report
            .findings()
            .iter()
            .map(|finding| finding.rule)
            .collect();
        assert_eq!(order, ["early", "late", "guess", "warning", "note"]);
        assert_eq!(report.count(Severity::Error), 3);
    }

    #[test]
    fn findings_of_equal_rank_keep_their_order() {
        let report = Report::new(vec![
            finding("same", Severity::Error, 1).label("first"),
            finding("same", Severity::Error, 1).label("second"),
        ]);
        let labels: Vec<_> = report
            .findings()
            .iter()
            .map(|finding| finding.label.as_str())
            .collect();
        assert_eq!(labels, ["first", "second"]);
    }

    #[test]
    fn a_repeated_finding_stands_once() {
        let once = finding("same", Severity::Error, 1);
        assert_eq!(
            Report::new(vec![
                once.clone(),
                finding("other", Severity::Error, 1),
                once
            ])
            .findings()
            .len(),
            2
        );
    }

    #[test]
    fn what_follows_is_listed_under_its_cause_however_indirectly() {
        let cause = finding("cause", Severity::Warning, 1);
        let middle = finding("middle", Severity::Warning, 5).because_of(cause.key());
        let last = finding("last", Severity::Error, 9).because_of(middle.key());
        let alone = finding("alone", Severity::Error, 10);
        let report = Report::new(vec![last, middle, cause, alone]);
        assert_eq!(
            rules(&report),
            [("alone", vec![]), ("cause", vec!["last", "middle"])]
        );
    }

    #[test]
    fn a_cause_is_found_whatever_the_width_of_its_place() {
        let mut cause = finding("cause", Severity::Error, 1);
        cause.place.width = 7;
        let follower = finding("follower", Severity::Note, 2)
            .because_of(Key::new("cause", &Place::new("api/auth.py", 1, 1)));
        assert_eq!(
            rules(&Report::new(vec![cause, follower])),
            [("cause", vec!["follower"])]
        );
    }

    #[test]
    fn a_finding_whose_cause_is_absent_stands_on_its_own() {
        let orphan = finding("orphan", Severity::Error, 1)
            .because_of(finding("gone", Severity::Error, 2).key());
        assert_eq!(rules(&Report::new(vec![orphan])), [("orphan", vec![])]);
    }

    #[test]
    fn what_is_let_pass_does_not_count_and_what_follows_from_it_stands_on_its_own() {
        let cause = finding("cause", Severity::Error, 1);
        let follower = finding("follower", Severity::Note, 2).because_of(cause.key());
        let mut report = Report::new(vec![cause, follower]);
        report.let_pass(|finding| {
            let by = PassedBy::Comment(finding.place.clone());
            (finding.rule == "cause").then(|| (by, "known".to_owned()))
        });
        assert_eq!(rules(&report), [("follower", vec![])]);
        assert_eq!(report.count(Severity::Error), 0);
        assert_eq!(report.passed()[0].finding.rule, "cause");
    }

    #[test]
    fn a_reason_holds_neither_a_secret_nor_what_a_terminal_obeys() {
        let mut report = Report::new(vec![finding("rule", Severity::Error, 1)]);
        let reason = "\u{1b}[31mpostgresql://app:hunter2@db/app";
        report.let_pass(|_| Some((PassedBy::Baseline("known".into()), reason.to_owned())));
        let shown = &report.passed()[0].reason;
        assert!(shown.ends_with("@db/app"), "{shown}");
        assert!(
            !shown.contains("hunter2") && !shown.contains('\u{1b}'),
            "{shown}"
        );
    }

    #[test]
    fn findings_that_name_each_other_are_all_listed_once() {
        let (a, b) = (
            finding("a", Severity::Error, 1),
            finding("b", Severity::Error, 2),
        );
        let (a_key, b_key) = (a.key(), b.key());
        let tail = finding("tail", Severity::Note, 3).because_of(b.key());
        let own = finding("own", Severity::Note, 4);
        let own_key = own.key();
        let report = Report::new(vec![
            a.because_of(b_key),
            b.because_of(a_key),
            tail,
            own.because_of(own_key),
        ]);
        assert_eq!(rules(&report), [("a", vec!["b", "tail"]), ("own", vec![])]);
    }

    #[test]
    fn a_secret_quoted_by_a_rule_is_not_repeated() {
        let token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";
        let quoting = |text: &str| format!("`{text}` is sent");
        let report = Report::new(vec![
            finding("quoting", Severity::Error, 1)
                .label(quoting(token))
                .why(quoting(token))
                .help(quoting("postgresql://app:hunter2@db/app"))
                .related(Place::new("a.ts", 1, 1), quoting(token)),
        ]);
        let shown = format!("{:?}", report.findings());
        for secret in ["eyJ", "dozjgN", "hunter2"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
        assert!(shown.contains("is sent"));
    }
}
