//! A cure as an editor offers it.

use std::collections::BTreeMap;

use betroth_report::{Cure, Finding};
use serde_json::{Map, Value, json};

use super::checked::Checked;
use super::client::Client;
use super::document::Documents;
use super::range::Range;

/// The kind of every action here.
pub(super) const KIND: &str = "quickfix";

/// The action that mends a finding, or `None` where none is to be had.
///
/// Where a file is not as it was when it was checked, its edits may mean something else by now: the action is then
/// shown as disabled with the reason, or not at all where the client cannot show that.
pub(super) fn of(
    finding: &Finding,
    checked: &Checked,
    documents: &Documents,
    client: &Client,
) -> Option<Value> {
    let cure = finding.cure.as_ref()?;
    let diagnostic = super::diagnostic::of(finding, &[], checked, documents, false);
    let mut action = json!({ "title": cure.title, "kind": KIND, "diagnostics": [diagnostic] });
    match changed(cure, checked, documents) {
        Some(file) if client.shows_disabled => {
            let reason = format!("`{file}` was changed since it was checked; save it first");
            action["disabled"] = json!({ "reason": reason });
        }
        Some(_) => return None,
        None => {
            action["isPreferred"] = json!(true);
            action["edit"] = edit(cure, checked, documents, client.takes_versions)?;
        }
    }
    Some(action)
}

/// A file of the cure that is not as it was read.
fn changed<'c>(cure: &'c Cure, checked: &Checked, documents: &Documents) -> Option<&'c str> {
    let mut files = cure.edits.iter().map(|edit| edit.file.as_str());
    files.find(|file| {
        let now = documents.text(&checked.path(file));
        now.is_none() || now.as_deref() != checked.text(file)
    })
}

fn edit(cure: &Cure, checked: &Checked, documents: &Documents, versions: bool) -> Option<Value> {
    let mut files: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for edit in &cure.edits {
        let range = Range::of_bytes(edit.start..edit.end, checked.text(&edit.file)?)?;
        let edits = files.entry(&edit.file).or_default();
        edits.push(json!({ "range": range, "newText": edit.text }));
    }
    if versions {
        let changes = files.into_iter().map(|(file, edits)| {
            let path = checked.path(file);
            let version = documents.open(&path).map(|it| it.version);
            let document = json!({ "uri": documents.uri(&path), "version": version });
            json!({ "textDocument": document, "edits": edits })
        });
        return Some(json!({ "documentChanges": changes.collect::<Vec<_>>() }));
    }
    let changes: Map<String, Value> = files
        .into_iter()
        .map(|(file, edits)| (documents.uri(&checked.path(file)), edits.into()))
        .collect();
    Some(json!({ "changes": changes }))
}
