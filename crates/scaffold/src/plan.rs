//! What is to be written, held against what stands: decided before anything is touched.

mod newline;

use std::collections::BTreeMap;

use betroth_report::Edit;

use crate::files::{Files, Standing};
use crate::merge::{Lines, Merged, merge, size};
use crate::project::Project;
use crate::target::{Output, Step, Target};
use crate::template::TemplateFault;
use newline::Newline;

/// Folder that holds the last generated text of every file.
pub const RECORDS: &str = ".betroth/generated";

/// Ending of what is written beside a file that is not touched.
const BESIDE: &str = ".new";

/// Everything that `betroth apply` would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// One for each file, by target.
    pub changes: Vec<Change>,
    /// What is left to a person, by target.
    pub steps: Vec<(&'static str, Step)>,
}

/// What becomes of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The target that wants it.
    pub target: &'static str,
    /// Path below the contract's folder, with `/`.
    pub file: String,
    /// What becomes of it, and why.
    pub fate: Fate,
    /// Its text as it stands.
    pub before: Option<String>,
    /// What it is to hold; `None` where it is left as it is.
    pub after: Option<String>,
    /// What Betroth would have written, where that is not what the file is to hold.
    pub proposed: Option<String>,
    /// What is to be recorded as the generated text.
    pub record: Option<String>,
}

/// What becomes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is new.
    Create,
    /// It is as it was generated, and is generated anew.
    Update,
    /// A person changed it; both changes go together.
    Merge,
    /// A person wrote it; this changes in it.
    Edit {
        /// What each change does.
        says: Vec<String>,
    },
    /// It holds what it is to hold.
    Same,
    /// A person changed it, and nothing is new.
    Kept,
    /// A person deleted it.
    Deleted,
    /// A person changed the same lines.
    Conflict {
        /// In the file as it stands.
        places: Vec<Lines>,
    },
    /// It stands there and was never generated.
    Foreign,
    /// Something that is no file, or no text, stands there.
    Blocked,
}

/// What is done where a person's file stands in the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InTheWay {
    /// It is left as it is, and told.
    #[default]
    Leave,
    /// The generated text is written beside it, with `.new` at the end of its name.
    Beside,
    /// Lines that both changed are written with both versions between markers. A foreign file is left.
    Markers,
    /// It is left as it is, and counts as the answer to what was generated: it is not told again.
    Mine,
}

/// Which targets are wanted, and how.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Names of targets; all where there are none. What is named is written again where a person deleted it.
    pub only: Vec<String>,
    /// What is done where a person's file stands in the way.
    pub in_the_way: InTheWay,
}

impl Plan {
    /// Holds what `targets` want for a project against its files.
    ///
    /// # Errors
    /// Where a template cannot be filled in.
    pub fn new(
        project: &Project<'_>,
        targets: &[&'static Target],
        choice: &Choice,
    ) -> Result<Self, TemplateFault> {
        let mut plan = Self::default();
        let mut edits: BTreeMap<String, (&'static str, Vec<Edit>, Vec<String>)> = BTreeMap::new();
        let named = |target: &Target| choice.only.iter().any(|name| name == target.name);
        for target in targets {
            if !choice.only.is_empty() && !named(target) {
                continue;
            }
            for output in (target.write)(project)? {
                match output {
                    Output::File { path, text } => {
                        let wanted = Wanted {
                            target: target.name,
                            file: path,
                            text,
                            again: named(target),
                        };
                        let change = wanted.against(project.files, choice.in_the_way);
                        plan.changes.push(change);
                    }
                    Output::Edit { edits: own, says } => {
                        let Some(file) = own.first().map(|edit| edit.file.clone()) else {
                            continue;
                        };
                        let (_, all, said) = edits
                            .entry(file)
                            .or_insert_with(|| (target.name, Vec::new(), Vec::new()));
                        all.extend(own);
                        said.push(says);
                    }
                    Output::Step(step) => plan.steps.push((target.name, step)),
                }
            }
        }
        for (file, (target, edits, says)) in edits {
            plan.changes
                .extend(edited(project.files, target, file, edits, says));
        }
        Ok(plan)
    }

    /// The files to write, with their texts: those of people first, then the records of what was generated.
    ///
    /// In this order a break between two files is mended by the next run: a record never tells of a text that was not written.
    pub fn writes(&self) -> Vec<(String, &str)> {
        let own = self.changes.iter().filter_map(|change| {
            let after = change.after.as_deref()?;
            Some((change.file.clone(), after))
        });
        let beside = self.changes.iter().filter_map(|change| {
            let text = change.beside()?;
            Some((format!("{}{BESIDE}", change.file), text))
        });
        let records = self.changes.iter().filter_map(|change| {
            let text = change.record.as_deref()?;
            Some((record_of(&change.file), text))
        });
        own.chain(beside).chain(records).collect()
    }

    /// Whether a file of the project, not a record alone, is to change.
    pub fn changes_anything(&self) -> bool {
        let mut changes = self.changes.iter();
        changes.any(|change| change.after.is_some() || change.beside().is_some())
    }

    /// Whether a person's file stands in the way of anything.
    pub fn is_in_the_way(&self) -> bool {
        let mut changes = self.changes.iter();
        changes.any(|change| change.fate.is_in_the_way() && change.record.is_none())
    }
}

impl Fate {
    /// Whether what was generated could not be written.
    pub fn is_in_the_way(&self) -> bool {
        matches!(self, Self::Conflict { .. } | Self::Foreign | Self::Blocked)
    }
}

impl Change {
    /// How many lines come, and how many go.
    pub fn size(&self) -> Option<(usize, usize)> {
        let after = self.after.as_deref()?;
        Some(size(self.before.as_deref().unwrap_or_default(), after))
    }

    /// What is to be written beside the file.
    pub fn beside(&self) -> Option<&str> {
        let wanted = self.after.is_none() && self.record.is_none() && self.fate.is_in_the_way();
        self.proposed.as_deref().filter(|_| wanted)
    }
}

/// Where the last generated text of a file stands.
///
/// It has an ending of its own, so that no compiler, formatter or test runner takes it for a source.
pub fn record_of(file: &str) -> String {
    format!("{RECORDS}/{file}.txt")
}

/// A file as a target wants it.
struct Wanted {
    target: &'static str,
    file: String,
    text: String,
    /// Whether it is written even where a person deleted it.
    again: bool,
}

impl Wanted {
    fn against(self, files: &dyn Files, in_the_way: InTheWay) -> Change {
        let record = files.text(&record_of(&self.file));
        let before = files.text(&self.file);
        let Some(standing) = before.clone() else {
            let fate = match files.standing(&self.file) {
                Standing::Nothing if record.is_some() && !self.again => Fate::Deleted,
                Standing::Nothing => Fate::Create,
                Standing::File | Standing::Folder => Fate::Blocked,
            };
            let after = (fate == Fate::Create).then(|| self.text.clone());
            return self.change(fate, None, after);
        };
        let newline = Newline::of(&standing);
        let mine = newline.plain(&standing);
        let written = |text: &str| Some(newline.written(text));
        let base = record.map(|text| Newline::of(&text).plain(&text));
        if mine == self.text {
            let known = base.as_ref() == Some(&self.text);
            let mut change = self.change(Fate::Same, before, None);
            change.record = change.record.filter(|_| !known);
            return change;
        }
        let Some(base) = base else {
            return self.left(Fate::Foreign, standing, in_the_way);
        };
        if mine == base {
            let after = written(&self.text);
            return self.change(Fate::Update, before, after);
        }
        if base == self.text {
            let mut change = self.change(Fate::Kept, before, None);
            change.record = None;
            return change;
        }
        match merge(&base, &mine, &self.text) {
            Merged::Both(text) if text == mine => self.change(Fate::Kept, before, None),
            Merged::Both(text) => {
                let after = written(&text);
                self.change(Fate::Merge, before, after)
            }
            Merged::Conflict { places, marked } => {
                let fate = Fate::Conflict { places };
                if in_the_way == InTheWay::Markers {
                    let after = written(&marked);
                    return self.change(fate, before, after);
                }
                self.left(fate, standing, in_the_way)
            }
        }
    }

    /// A change after which the generated text counts as known.
    fn change(self, fate: Fate, before: Option<String>, after: Option<String>) -> Change {
        let left = matches!(fate, Fate::Deleted | Fate::Blocked);
        Change {
            target: self.target,
            file: self.file,
            fate,
            before,
            after,
            proposed: None,
            record: (!left).then_some(self.text),
        }
    }

    /// A file that is not touched.
    fn left(self, fate: Fate, standing: String, in_the_way: InTheWay) -> Change {
        let text = self.text.clone();
        let mut change = self.change(fate, Some(standing), None);
        change.record = change.record.filter(|_| in_the_way == InTheWay::Mine);
        change.proposed = (in_the_way == InTheWay::Beside).then_some(text);
        change
    }
}

/// The change of a file that a person wrote. `None` where nothing of it is left to do.
fn edited(
    files: &dyn Files,
    target: &'static str,
    file: String,
    mut edits: Vec<Edit>,
    says: Vec<String>,
) -> Option<Change> {
    let before = files.text(&file)?;
    // From the end to the beginning, each range still means what it meant.
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.start));
    let newline = Newline::of(&before);
    let mut after = before.clone();
    for edit in edits {
        after.get(edit.start..edit.end)?;
        after.replace_range(edit.start..edit.end, &newline.written(&edit.text));
    }
    (after != before).then_some(Change {
        target,
        file,
        fate: Fate::Edit { says },
        before: Some(before),
        after: Some(after),
        proposed: None,
        record: None,
    })
}

#[cfg(test)]
mod tests;
