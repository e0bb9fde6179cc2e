//! A plan as a patch.

use std::fmt::Write as _;

use betroth_report::shown_lines;
use betroth_scaffold::plan::Plan;
use betroth_scaffold::routes::Proposal;
use similar::{ChangeTag, TextDiff};

/// The patch of every file that changes, as `git apply` and `patch -p1` take it.
///
/// A line of a person's file that holds a secret is shown with `…` in its place; such a patch is for reading alone.
pub(super) fn of(plan: &Plan) -> String {
    let mut patch = String::new();
    for change in &plan.changes {
        if let Some(after) = &change.after {
            one(&mut patch, &change.file, change.before.as_deref(), after);
        }
        if let Some(text) = change.beside() {
            one(&mut patch, &format!("{}.new", change.file), None, text);
        }
    }
    patch
}

/// What would make routes ask for a person and keep to their rows, one patch a route: a person takes those that are meant.
pub(super) fn of_routes(proposals: &[Proposal]) -> String {
    let mut patch = String::new();
    for proposal in proposals {
        let place = format!("{}:{}", proposal.place.file, proposal.place.line);
        let _ = writeln!(patch, "# {}  {place}", proposal.route);
        for words in &proposal.by_hand {
            let _ = writeln!(patch, "# by hand: {words}");
        }
        if let Some((before, after)) = &proposal.change {
            one(&mut patch, &proposal.place.file, Some(before), after);
        }
        patch.push('\n');
    }
    patch
}

fn one(patch: &mut String, file: &str, before: Option<&str>, after: &str) {
    let _ = writeln!(patch, "diff --git a/{file} b/{file}");
    let from = if before.is_some() {
        format!("a/{file}")
    } else {
        let _ = writeln!(patch, "new file mode 100644");
        "/dev/null".to_owned()
    };
    // A file with nothing in it is made by its head alone.
    if before.is_some() || !after.is_empty() {
        let _ = writeln!(patch, "--- {from}\n+++ b/{file}");
    }
    let before = before.unwrap_or_default();
    let shown = shown_lines(file, before);
    let diff = TextDiff::from_lines(before, after);
    for hunk in diff.unified_diff().iter_hunks() {
        let _ = writeln!(patch, "{}", hunk.header());
        for change in hunk.iter_changes() {
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            let own = change.old_index().and_then(|at| shown.get(at));
            let line = own.map_or(
                change.value().trim_end_matches(['\r', '\n']),
                String::as_str,
            );
            let end = if change.value().ends_with("\r\n") {
                "\r"
            } else {
                ""
            };
            let _ = writeln!(patch, "{sign}{line}{end}");
            if change.missing_newline() {
                let _ = writeln!(patch, "\\ No newline at end of file");
            }
        }
    }
}
