//! The CORS middleware, moved behind the one that authenticates: added last, it is the outermost.

use std::ops::Range;

use betroth_report::{Edit, Finding, Place};

use crate::rules::Subject;
use betroth_report::span::{arguments, indent, lines, offset};

pub(super) const NAME: &str = "cors-outermost";
pub(super) const TITLE: &str = "Add CORS last, so that it is outermost";

pub(super) fn edits(finding: &Finding, subject: &Subject<'_>) -> Option<Vec<Edit>> {
    let cors = &finding.related.first()?.place;
    let file = &finding.place.file;
    let text = subject.tree.text(file).filter(|_| cors.file == *file)?;
    let moved = statement(text, cors)?;
    let around = statement(text, &finding.place)?;
    let together = indent(text, moved.start) == indent(text, around.start);
    if !together || moved.end > around.start {
        return None;
    }
    // Two blocks of one depth are not one block: in the other the application may have another name.
    let own = indent(text, moved.start).len();
    let leaves = text[moved.end..around.start]
        .lines()
        .any(|line| !line.trim().is_empty() && line.len() - line.trim_start().len() < own);
    if leaves {
        return None;
    }
    let mut statement = text[moved.clone()].to_owned();
    if !statement.ends_with('\n') {
        statement.push('\n');
    }
    let last = text[around.clone()].ends_with('\n');
    let before = if last { "" } else { "\n" };
    Some(vec![
        Edit::new(file, moved, ""),
        Edit::new(file, around.end..around.end, format!("{before}{statement}")),
    ])
}

/// The lines of the statement that begins where a place does: a call, or a decorated function.
fn statement(text: &str, place: &Place) -> Option<Range<usize>> {
    let at = offset(text, place)?;
    let first = lines(text, &(at..at));
    let code = text[first.clone()].trim_start();
    if code.starts_with('@') || code.starts_with("def ") || code.starts_with("async def ") {
        return function(text, first.start);
    }
    // Something else on the same line would be moved along.
    if text[first.start..at].trim() != "" {
        return None;
    }
    let end = arguments(text, at)?.end;
    let whole = lines(text, &(first.start..end));
    text[end..whole.end].trim().is_empty().then_some(whole)
}

/// The lines of a function with its decorators, from the first of them on.
fn function(text: &str, start: usize) -> Option<Range<usize>> {
    let own = indent(text, start).len();
    let (mut at, mut end, mut inside) = (start, start, false);
    for line in text.get(start..)?.split_inclusive('\n') {
        at += line.len();
        let code = line.trim();
        if code.is_empty() {
            continue;
        }
        let deeper = line.len() - line.trim_start().len() > own;
        // What closes the brackets of a decorator, or of the parameters, stands under them.
        let closes = code.starts_with(')');
        if inside && !deeper && !closes {
            break;
        }
        let defines = code.starts_with("def ") || code.starts_with("async def ");
        if !inside && !deeper && !closes && !defines && !code.starts_with('@') {
            return None;
        }
        inside |= defines;
        end = at;
    }
    inside.then_some(start..end)
}
