//! The cure of a finding as the fix of a result.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Run, artifact};
use crate::{Cure, Edit};

/// The edits, those of one file together, or `None` where the log cannot hold them: a text is not to be had, or what is
/// inserted looks like a secret, which a log must not repeat and an edit cannot leave out.
pub(super) fn fix(cure: &Cure, run: &Run<'_>) -> Option<Value> {
    let mut files: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for edit in &cure.edits {
        let replacement = replacement(edit, (run.source)(&edit.file)?)?;
        files.entry(&edit.file).or_default().push(replacement);
    }
    let changes = files.into_iter().map(|(file, replacements)| {
        json!({ "artifactLocation": artifact(file, run), "replacements": replacements })
    });
    cure.is_free_of_secrets().then(|| {
        json!({
            "description": { "text": format!("{} (`{}`)", cure.title, cure.name) },
            "artifactChanges": changes.collect::<Vec<_>>(),
        })
    })
}

fn replacement(edit: &Edit, text: &str) -> Option<Value> {
    let (start_line, start_column) = spot(text, edit.start)?;
    let (end_line, end_column) = spot(text, edit.end)?;
    Some(json!({
        "deletedRegion": {
            "startLine": start_line,
            "startColumn": start_column,
            "endLine": end_line,
            "endColumn": end_column,
        },
        "insertedContent": { "text": edit.text },
    }))
}

/// Line and column of a byte, both from 1, the column in code points.
fn spot(text: &str, byte: usize) -> Option<(usize, usize)> {
    let before = text.get(..byte)?;
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let lines = before.matches('\n').count();
    Some((lines + 1, before[start..].chars().count() + 1))
}
