use std::ops::Range;

use super::Language;
use super::literal::Literal;

/// The parts of a literal that are code, braces included: `${…}` of a template, `{…}` of an f-string.
///
/// What is not closed within the literal is no code, so that it is hidden with the rest.
pub(super) fn code(chars: &[char], literal: &Literal, language: Language) -> Vec<Range<usize>> {
    let opens: &[char] = match language {
        Language::Script if chars[literal.open] == '`' => &['$', '{'],
        Language::Python if is_formatted(chars, literal.open) => &['{'],
        Language::Script | Language::Python | Language::Settings => return Vec::new(),
    };
    let mut found = Vec::new();
    let mut at = literal.inner.start;
    while at < literal.inner.end {
        let rest = &chars[at..literal.inner.end];
        if rest[0] == '\\' || language == Language::Python && rest.starts_with(&['{', '{']) {
            // What is escaped is text.
            at += 2;
        } else if rest.starts_with(opens)
            && let Some(length) = closed(rest)
        {
            found.push(at..at + length);
            at += length;
        } else {
            at += 1;
        }
    }
    found
}

/// Whether the letters before a quote of Python make it an f-string.
fn is_formatted(chars: &[char], open: usize) -> bool {
    let prefix = chars[..open].iter().rev();
    let mut prefix = prefix.take_while(|c| c.is_alphabetic()).take(2);
    prefix.any(|c| matches!(c, 'f' | 'F' | 't' | 'T'))
}

/// How many characters there are up to the brace that closes the first one.
fn closed(chars: &[char]) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in chars.iter().enumerate() {
        match c {
            '{' => depth += 1,
            '}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// The text of a literal between its parts that are code, piece by piece.
pub(super) fn pieces(literal: &Literal, code: &[Range<usize>]) -> Vec<Range<usize>> {
    let starts = std::iter::once(literal.inner.start).chain(code.iter().map(|it| it.end));
    let ends = code.iter().map(|it| it.start);
    starts
        .zip(ends.chain([literal.inner.end]))
        .map(|(start, end)| start..end)
        .collect()
}
