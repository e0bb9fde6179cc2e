//! `Bearer ` before the token in the header `Authorization`.

use betroth_report::{Edit, Finding};

use super::span::offset;
use crate::rules::Subject;
use crate::tree::is_web;

pub(super) const NAME: &str = "bearer-prefix";

pub(super) fn edits(finding: &Finding, subject: &Subject<'_>) -> Option<Vec<Edit>> {
    let file = &finding.place.file;
    let text = subject.tree.text(file).filter(|_| is_web(file))?;
    let start = offset(text, &finding.place)?;
    let end = start
        + text
            .get(start..)?
            .chars()
            .take(finding.place.width as usize)
            .map(char::len_utf8)
            .sum::<usize>();
    let value = text.get(start..end)?;
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
