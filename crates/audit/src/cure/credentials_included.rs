//! `credentials: "include"` on a `fetch` whose credential is the cookie.

use betroth_report::{Edit, Finding};

use crate::rules::Subject;
use betroth_report::span::{arguments, offset, string_end};

pub(super) const NAME: &str = "credentials-included";
pub(super) const TITLE: &str = "Take the cookie along: `credentials: \"include\"`";

pub(super) fn edits(finding: &Finding, subject: &Subject<'_>) -> Option<Vec<Edit>> {
    let place = &finding.place;
    let text = subject.tree.text(&place.file)?;
    let at = offset(text, place)?;
    let code = text
        .get(at..)?
        .strip_prefix("await ")
        .unwrap_or(&text[at..]);
    let at = text.len() - code.len();
    if !code.starts_with("fetch(") {
        return None;
    }
    let call = arguments(text, at)?;
    let inside = call.start + 1..call.end - 1;
    if text[inside.clone()].contains("credentials") {
        return None;
    }
    let second = second(text, inside.start, inside.end);
    let (spot, added) = match second {
        // Behind the brace: what the caller spreads there later still wins.
        Some(at) if text[at..].starts_with('{') => {
            (at + 1, " credentials: \"include\",".to_owned())
        }
        Some(_) => return None,
        None => (inside.end, ", { credentials: \"include\" }".to_owned()),
    };
    Some(vec![Edit::new(&place.file, spot..spot, added)])
}

/// Where the second argument begins.
fn second(text: &str, start: usize, end: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = start;
    while at < end {
        match bytes[at] {
            b'(' | b'[' | b'{' => at = betroth_report::span::brackets(text, at)?.end,
            b'"' | b'\'' | b'`' => at = string_end(text, at)?,
            b',' => {
                let rest = &text[at + 1..end];
                let blank = rest.len() - rest.trim_start().len();
                return (!rest.trim().is_empty()).then_some(at + 1 + blank);
            }
            _ => at += 1,
        }
    }
    None
}
