use std::ops::Range;

use super::Language;
use super::context::speaks_of_secrets;
use super::literal::{Scan, without_interpolations};

/// The passwords of URLs: `hunter2` in `postgresql://app:hunter2@db/app`.
pub(super) fn url_passwords(chars: &[char]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for colon in 0..chars.len() {
        if !chars[colon..].starts_with(&[':', '/', '/']) {
            continue;
        }
        let start = colon + 3;
        let end = start
            + chars[start..]
                .iter()
                .take_while(|c| !c.is_whitespace() && !"\"'`<>".contains(**c))
                .count();
        let authority = &chars[start..end];
        let (Some(colon), Some(at)) = (
            position(authority, ':'),
            authority.iter().rposition(|&c| c == '@'),
        ) else {
            continue;
        };
        if colon < at && !without_interpolations(&authority[colon + 1..at]).is_empty() {
            found.push(start + colon + 1..start + at);
        }
    }
    found
}

/// Values without quotes: in a settings file anywhere, in source code in a comment (`# API_KEY=…`).
///
/// A value stands behind the name of something secret; with `any_name`, behind any name, and in a settings file also
/// alone on its line.
pub(super) fn bare(
    chars: &[char],
    scan: &Scan,
    language: Language,
    any_name: bool,
) -> Vec<Range<usize>> {
    let settings = language == Language::Settings;
    let region = if settings { 0 } else { scan.comment };
    let start = chars[region..]
        .iter()
        .enumerate()
        .map(|(offset, &c)| (region + offset, c))
        .find_map(|(at, c)| {
            let separates = matches!(c, '=' | ':') || settings && !any_name && c.is_whitespace();
            let named = || any_name || speaks_of_secrets(&name_before(&chars[region..at]));
            (separates && !scan.is_literal[at] && named()).then_some(at + 1)
        });
    match start {
        Some(start) => unquoted(chars, scan, start),
        None if settings && any_name => unquoted(chars, scan, 0),
        None => Vec::new(),
    }
}

/// The last word of `chars`, without quotes and spaces behind it.
fn name_before(chars: &[char]) -> String {
    let in_name = |c: &&char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let name: Vec<char> = chars
        .iter()
        .rev()
        .skip_while(|c| !in_name(c))
        .take_while(in_name)
        .copied()
        .collect();
    name.iter().rev().collect()
}

/// Runs of characters from `start` on that are neither spaces, nor literals, nor references such as `${NAME}`.
fn unquoted(chars: &[char], scan: &Scan, start: usize) -> Vec<Range<usize>> {
    let rest: String = chars[start..].iter().collect();
    if rest.trim_start().starts_with("${{") && rest.trim_end().ends_with("}}") {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut at = start;
    while at < chars.len() {
        let shown = |at: usize| chars[at].is_whitespace() || scan.is_literal[at];
        let end = (at..chars.len())
            .find(|&at| shown(at))
            .unwrap_or(chars.len());
        if !without_interpolations(&chars[at..end]).is_empty() {
            found.push(at..end);
        }
        at = end + 1;
    }
    found
}

fn position(chars: &[char], wanted: char) -> Option<usize> {
    chars.iter().position(|&c| c == wanted)
}
