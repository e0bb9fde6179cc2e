//! A plan as a patch.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use betroth_scaffold::files::Files;
use betroth_scaffold::plan::{Fate, Plan, record_of};
use betroth_scaffold::routes::Proposal;

use crate::patch::{Writer, of_file};

/// The patch of every file that changes, and behind these of the records of what was generated, without which the next run would take
/// the files for a person's.
pub(super) fn of(plan: &Plan, files: &dyn Files) -> String {
    let mut patch = String::new();
    for change in &plan.changes {
        let writer = match change.fate {
            Fate::Update => Writer::Betroth,
            _ => Writer::Person,
        };
        if let Some(after) = &change.after {
            let before = change.before.as_deref();
            of_file(&mut patch, (&change.file, writer), before, after);
        }
        if let Some(text) = change.beside() {
            let file = format!("{}.new", change.file);
            of_file(&mut patch, (&file, Writer::Betroth), None, text);
        }
    }
    for change in &plan.changes {
        let record = record_of(&change.file);
        let before = files.text(&record);
        if let Some(text) = change
            .record
            .as_ref()
            .filter(|it| before.as_ref() != Some(it))
        {
            of_file(
                &mut patch,
                (&record, Writer::Betroth),
                before.as_deref(),
                text,
            );
        }
    }
    patch
}

/// What would make routes ask for a person and keep to their rows, one patch a route: a person takes those that are meant.
///
/// What several routes of a file import stands once, in front of the first.
pub(super) fn of_routes(proposals: &[Proposal]) -> String {
    let mut patch = String::new();
    let mut imported = BTreeSet::new();
    for proposal in proposals {
        let file = &proposal.place.file;
        if let Some((before, after)) = &proposal.import
            && imported.insert(file)
        {
            let _ = writeln!(patch, "# for the routes of {file} below");
            of_file(&mut patch, (file, Writer::Person), Some(before), after);
            patch.push('\n');
        }
        let place = format!("{file}:{}", proposal.place.line);
        let _ = writeln!(patch, "# {}  {place}", proposal.route);
        for words in &proposal.by_hand {
            let _ = writeln!(patch, "# by hand: {words}");
        }
        if let Some((before, after)) = &proposal.change {
            of_file(&mut patch, (file, Writer::Person), Some(before), after);
        }
        patch.push('\n');
    }
    patch
}
