//! `Bearer ` before the token in the header `Authorization`.

use betroth_report::{Edit, Finding};

use crate::rules::Subject;
use crate::tree::is_web;
use betroth_report::span::offset;

pub(super) const NAME: &str = "bearer-prefix";
pub(super) const TITLE: &str = "Write `Bearer ` before the token";

pub(super) fn edits(finding: &Finding, subject: &Subject<'_>) -> Option<Vec<Edit>> {
    let file = &finding.place.file;
    let text = subject.tree.text(file).filter(|_| is_web(file))?;
    let start = offset(text, &finding.place)?;
    let value = subject.tree.covered(&finding.place)?;
    let end = start + value.len();
    let mended = if let Some(rest) = value.strip_prefix("`Bearer${") {
        format!("`Bearer ${{{rest}")
    } else if let Some(rest) = value.strip_prefix('`') {
        format!("`Bearer {rest}")
    } else if let Some(rest) = value.strip_prefix("\"Bearer\"") {
        format!("\"Bearer \"{rest}")
    } else if let Some(rest) = value.strip_prefix("'Bearer'") {
        format!("'Bearer '{rest}")
    } else {
        format!("`Bearer ${{{value}}}`")
    };
    Some(vec![Edit::new(file, start..end, mended)])
}
