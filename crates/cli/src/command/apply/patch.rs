//! A plan as a patch.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use betroth_scaffold::plan::Plan;
use betroth_scaffold::routes::Proposal;

use crate::patch::of_file;

/// The patch of every file that changes.
pub(super) fn of(plan: &Plan) -> String {
    let mut patch = String::new();
    for change in &plan.changes {
        if let Some(after) = &change.after {
            of_file(&mut patch, &change.file, change.before.as_deref(), after);
        }
        if let Some(text) = change.beside() {
            of_file(&mut patch, &format!("{}.new", change.file), None, text);
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
            of_file(&mut patch, file, Some(before), after);
            patch.push('\n');
        }
        let place = format!("{file}:{}", proposal.place.line);
        let _ = writeln!(patch, "# {}  {place}", proposal.route);
        for words in &proposal.by_hand {
            let _ = writeln!(patch, "# by hand: {words}");
        }
        if let Some((before, after)) = &proposal.change {
            of_file(&mut patch, file, Some(before), after);
        }
        patch.push('\n');
    }
    patch
}
