//! What a program can write to mend a finding.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;

use crate::{Report, mask};

/// A replacement in one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Edit {
    /// Path relative to the folder looked at, with `/`.
    pub file: String,
    /// First byte that is replaced.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
    /// What stands there instead.
    pub text: String,
}

impl Edit {
    /// Replaces a range of bytes.
    pub fn new(file: impl Into<String>, range: Range<usize>, text: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            start: range.start,
            end: range.end,
            text: text.into(),
        }
    }
}

/// The edits that mend one finding: all of them or none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cure {
    /// The sort of edit, in kebab case: `cors-outermost`.
    pub name: &'static str,
    /// What it does, as an editor offers it: `Send the scheme before the token`.
    pub title: &'static str,
    /// The edits, none of which overlaps another.
    pub edits: Vec<Edit>,
}

impl Cure {
    /// Whether nothing that is inserted looks like a secret.
    ///
    /// An edit holds what is written to the file as it is, so one that is not free of secrets leaves the machine in no report.
    pub fn is_free_of_secrets(&self) -> bool {
        let mut texts = self.edits.iter().map(|edit| &edit.text);
        texts.all(|text| mask::text(text) == *text)
    }
}

/// The files that the cures of a report change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mended {
    /// The new text of each file.
    pub files: BTreeMap<String, String>,
    /// The names of the cures taken, each with the number of findings it mends.
    pub taken: BTreeMap<&'static str, usize>,
}

impl Mended {
    /// Takes every cure of the report whose edits touch none of those taken before it.
    ///
    /// `text` gives the text of a file as the report saw it; a cure in a file that is not to be had is left out.
    pub fn by<'t>(report: &Report, text: impl Fn(&str) -> Option<&'t str>) -> Self {
        let mut taken: Vec<&Cure> = Vec::new();
        for cure in report.findings().iter().filter_map(|it| it.cure.as_ref()) {
            let fits = cure.edits.iter().all(|edit| {
                let whole = text(&edit.file).is_some_and(|text| {
                    edit.start <= edit.end && text.get(edit.start..edit.end).is_some()
                });
                whole
                    && !taken
                        .iter()
                        .flat_map(|it| &it.edits)
                        .any(|other| touch(edit, other))
            });
            if fits && !cure.edits.is_empty() {
                taken.push(cure);
            }
        }
        let mut mended = Self::default();
        for cure in &taken {
            *mended.taken.entry(cure.name).or_default() += 1;
        }
        let mut edits: Vec<&Edit> = taken.iter().flat_map(|cure| &cure.edits).collect();
        // From the end of a file to its beginning, each range still means what it meant.
        edits.sort_by_key(|edit| (&edit.file, std::cmp::Reverse(edit.start)));
        for edit in edits {
            let Some(before) = text(&edit.file) else {
                continue;
            };
            let file = mended
                .files
                .entry(edit.file.clone())
                .or_insert_with(|| before.to_owned());
            file.replace_range(edit.start..edit.end, &edit.text);
        }
        mended
    }
}

/// Whether two edits change the same bytes, or insert at the same spot.
fn touch(one: &Edit, other: &Edit) -> bool {
    one.file == other.file && one.start <= other.end && other.start <= one.end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Finding, Place, Severity};

    fn finding(line: u32, edits: Vec<Edit>) -> Finding {
        let mut finding = Finding::new("rule", Severity::Error, Place::new("a.py", line, 1), "x");
        finding.cure = Some(Cure {
            name: "cure",
            title: "Mend it",
            edits,
        });
        finding
    }

    #[test]
    fn edits_are_made_where_they_were_meant_however_many_there_are() {
        let report = Report::new(vec![
            finding(1, vec![Edit::new("a.py", 0..3, "1")]),
            finding(
                2,
                vec![
                    Edit::new("a.py", 8..13, "three"),
                    Edit::new("a.py", 4..4, "and "),
                ],
            ),
        ]);
        let mended = Mended::by(&report, |_| Some("one two drei!"));
        assert_eq!(mended.files["a.py"], "1 and two three");
        assert_eq!(mended.taken["cure"], 2);
    }

    #[test]
    fn of_two_cures_that_touch_the_first_is_taken_and_the_other_left_out_whole() {
        let report = Report::new(vec![
            finding(1, vec![Edit::new("a.py", 0..3, "1")]),
            finding(
                2,
                vec![Edit::new("a.py", 2..4, "x"), Edit::new("a.py", 6..7, "y")],
            ),
            finding(3, vec![Edit::new("gone.py", 0..0, "z")]),
            finding(4, vec![Edit::new("a.py", 5..99, "z")]),
        ]);
        let mended = Mended::by(&report, |file| (file == "a.py").then_some("one two"));
        assert_eq!(mended.files["a.py"], "1 two");
        assert_eq!(mended.taken["cure"], 1);
    }
}
