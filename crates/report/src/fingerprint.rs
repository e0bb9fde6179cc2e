use std::collections::HashMap;
use std::fmt::{self, Write as _};

use sha2::{Digest as _, Sha256};

use crate::mask::{self, Language};
use crate::{Finding, Place, Report};

/// What tells a finding from others in every version of the tree: 32 hexadecimal digits.
///
/// A digest of the rule, the file, the text of the line and, where these are the same, the number among them. So it stays
/// when lines move, and changes when the line is written anew. What looks like a secret on the line is hidden before, so
/// the digest is of no use to somebody who tries values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Of parts whose bounds count.
    fn new<'p>(parts: impl IntoIterator<Item = &'p str>) -> Self {
        let mut digest = Sha256::new();
        for part in parts {
            digest.update(part);
            digest.update([0]);
        }
        let mut text = String::new();
        for byte in digest.finalize().iter().take(16) {
            // Writing to a text does not fail.
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The fingerprint of each finding of a report, also of those that were let pass.
#[derive(Clone, Debug, Default)]
pub struct Fingerprints(HashMap<Finding, Known>);

/// What is known of one finding.
#[derive(Clone, Debug)]
struct Known {
    fingerprint: Fingerprint,
    whole: Fingerprint,
}

impl Fingerprints {
    /// `source` gives the text of a file by the name that a place carries. Where it knows none, the finding's message
    /// stands for the line.
    pub fn of<'s>(report: &Report, source: impl Fn(&str) -> Option<&'s str>) -> Self {
        let passed = report.passed().iter().map(|passed| &passed.finding);
        let mut findings: Vec<&Finding> = report.findings().iter().chain(passed).collect();
        // Numbered by place alone: how bad or sure a finding is may change with what stands elsewhere.
        findings.sort_by_key(|it| (&it.place, it.rule, &it.message));
        let mut lines = Lines {
            source,
            files: HashMap::new(),
        };
        let mut numbers: HashMap<(&str, &str, String), usize> = HashMap::new();
        let mut known = HashMap::new();
        for finding in findings {
            let mut text = |place| lines.normalised(place, finding.masked);
            let file = finding.place.file.as_str();
            let line = text(&finding.place).unwrap_or_else(|| finding.message.clone());
            let related: Vec<String> = finding
                .related
                .iter()
                .flat_map(|it| {
                    [
                        it.place.file.clone(),
                        text(&it.place).unwrap_or_default(),
                        it.message.clone(),
                    ]
                })
                .collect();
            let number = numbers
                .entry((finding.rule, file, line.clone()))
                .or_default();
            let place = Fingerprint::new([finding.rule, file, &line, &number.to_string()]);
            *number += 1;
            let words = [place.0.as_str(), &finding.message].into_iter();
            let whole = Fingerprint::new(words.chain(related.iter().map(String::as_str)));
            known.insert(
                finding.clone(),
                Known {
                    fingerprint: place,
                    whole,
                },
            );
        }
        Self(known)
    }

    /// The fingerprint of a finding; `None` where the report did not hold it.
    pub fn get(&self, finding: &Finding) -> Option<&Fingerprint> {
        Some(&self.0.get(finding)?.fingerprint)
    }

    /// The fingerprint of all that a finding says: it changes, too, with the message and with the other places.
    pub fn whole(&self, finding: &Finding) -> Option<&Fingerprint> {
        Some(&self.0.get(finding)?.whole)
    }
}

/// The lines of the files that were asked for so far.
struct Lines<'s, S> {
    source: S,
    files: HashMap<String, Vec<&'s str>>,
}

impl<'s, S: Fn(&str) -> Option<&'s str>> Lines<'s, S> {
    /// The line of a place without its secrets and without the space that an editor may change.
    fn normalised(&mut self, place: &Place, masked: bool) -> Option<String> {
        let file = &place.file;
        let lines = self.files.entry(file.clone());
        let lines =
            lines.or_insert_with(|| (self.source)(file).unwrap_or_default().lines().collect());
        let index = usize::try_from(place.line.max(1) - 1).ok()?;
        if index >= lines.len() {
            return None;
        }
        let line = mask::line(Language::of(file), lines, index, masked);
        let mut text = String::new();
        for c in line
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .chars()
        {
            // The length of a secret tells nothing of the finding, and something of the secret.
            if c != mask::HIDDEN || !text.ends_with(mask::HIDDEN) {
                text.push(c);
            }
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Severity;

    fn at(line: u32) -> Finding {
        Finding::new("rule", Severity::Error, Place::new("a.py", line, 1), "said")
    }

    /// The fingerprints of findings at `lines` of a text, in their order.
    fn prints(text: &'static str, lines: &[u32]) -> Vec<Fingerprint> {
        let report = Report::new(lines.iter().map(|line| at(*line)).collect());
        let known = Fingerprints::of(&report, |_| Some(text));
        let prints = lines.iter().map(|line| known.get(&at(*line)).cloned());
        prints.collect::<Option<_>>().unwrap()
    }

    #[test]
    fn it_stays_when_lines_move_and_changes_with_the_line() {
        let before = prints("app = 1\nrun(app)\n", &[2]);
        assert_eq!(
            prints("# new\n\napp = 1\nif x:\n    run(app)\n", &[5]),
            before
        );
        assert_ne!(prints("app = 1\nrun(app, 2)\n", &[2]), before);
    }

    #[test]
    fn lines_of_the_same_text_are_told_apart_by_their_number() {
        let both = prints("run()\nrun()\n", &[1, 2]);
        assert_ne!(both[0], both[1]);
        assert_eq!(prints("run()\n", &[1])[0], both[0]);
    }

    #[test]
    fn the_value_of_a_secret_has_no_part_in_it() {
        assert_eq!(
            prints("SECRET = \"hunter2 or so\"\n", &[1]),
            prints("SECRET = \"correct horse battery\"\n", &[1])
        );
    }

    #[test]
    fn the_whole_changes_with_message_and_other_places_and_the_fingerprint_does_not() {
        let text = "one()\ntwo()\nthree()\n";
        let prints = |finding: Finding| {
            let report = Report::new(vec![finding.clone()]);
            let known = Fingerprints::of(&report, |_| Some(text));
            (known.get(&finding).cloned(), known.whole(&finding).cloned())
        };
        let other = |line| at(1).related(Place::new("b.py", line, 1), "there");
        let mut said = at(1);
        said.message = "said otherwise".to_owned();
        let plain = prints(at(1));
        for finding in [said, other(2), other(3)] {
            let (fingerprint, whole) = prints(finding);
            assert_eq!(fingerprint, plain.0);
            assert_ne!(whole, plain.1);
        }
        assert_ne!(prints(other(2)).1, prints(other(3)).1);
    }

    #[test]
    fn a_file_without_text_is_told_by_the_message() {
        let report = Report::new(vec![at(1), at(9)]);
        let known = Fingerprints::of(&report, |_| None);
        assert_ne!(known.get(&at(1)), known.get(&at(9)));
        assert_eq!(known.get(&at(2)), None);
    }
}
