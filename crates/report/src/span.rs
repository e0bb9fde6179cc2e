//! Where something ends in a source text: brackets, statements, lines.

use std::ops::Range;

use crate::Place;

/// The byte at which a place begins.
pub fn offset(text: &str, place: &Place) -> Option<usize> {
    let line = usize::try_from(place.line.checked_sub(1)?).ok()?;
    let start = line_start(text, line)?;
    let column = usize::try_from(place.column.checked_sub(1)?).ok()?;
    let rest = text.get(start..)?;
    let end = rest.find('\n').unwrap_or(rest.len());
    let within = rest[..end].char_indices().nth(column).map(|(at, _)| at);
    Some(start + within.or((column == rest[..end].chars().count()).then_some(end))?)
}

/// The byte at which a line, counted from 0, begins.
fn line_start(text: &str, line: usize) -> Option<usize> {
    if line == 0 {
        return Some(0);
    }
    text.match_indices('\n').nth(line - 1).map(|(at, _)| at + 1)
}

/// The whole lines that a range touches, with the last line's end.
pub fn lines(text: &str, range: &Range<usize>) -> Range<usize> {
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[range.end..]
        .find('\n')
        .map_or(text.len(), |at| range.end + at + 1);
    start..end
}

/// What stands before the first letter of the line that holds a byte.
pub fn indent(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    let rest = &text[start..];
    let end = rest
        .find(|c: char| c != ' ' && c != '\t')
        .unwrap_or(rest.len());
    &rest[..end]
}

/// The brackets, with what is between them, that open at `open`; `None` where they are not closed.
///
/// Strings and comments of Python and of TypeScript are passed over; what is written in a template counts as its text.
pub fn brackets(text: &str, open: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut at = open;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(open..at + 1);
                }
            }
            b'"' | b'\'' | b'`' => {
                at = string_end(text, at)?;
                continue;
            }
            b'#' => at = line_end(text, at),
            b'/' if bytes.get(at + 1) == Some(&b'/') => at = line_end(text, at),
            _ => {}
        }
        at += 1;
    }
    None
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end)
}

/// The byte after a string that begins at `at`.
pub fn string_end(text: &str, at: usize) -> Option<usize> {
    let quote = text.get(at..=at)?;
    let triple = quote.repeat(3);
    let (mut from, end) = if text[at..].starts_with(&triple) {
        (at + 3, triple.as_str())
    } else {
        (at + 1, quote)
    };
    loop {
        let rest = text.get(from..)?;
        let found = rest.find(end)?;
        let escape = rest[..found]
            .bytes()
            .rev()
            .take_while(|byte| *byte == b'\\');
        if escape.count() % 2 == 0 {
            return Some(from + found + end.len());
        }
        from += found + 1;
    }
}

/// The arguments of a call that begins at `at`, brackets included.
pub fn arguments(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..)?;
    let open = rest.find('(')?;
    let name = &rest[..open];
    let plain = name.chars().all(|c| {
        c.is_alphanumeric() || matches!(c, '_' | '.' | '?' | '!' | '$') || c.is_whitespace()
    });
    plain.then(|| brackets(text, at + open)).flatten()
}

/// The value of a keyword argument among arguments that are given with their brackets: a list, or a name.
pub fn keyword(text: &str, arguments: &Range<usize>, name: &str) -> Option<Range<usize>> {
    let inside = &text[arguments.clone()];
    let before = format!("{name}=");
    let start = arguments.start + inside.find(&before)? + before.len();
    let rest = &text[start..arguments.end];
    match rest.chars().next()? {
        '[' | '(' => brackets(text, start),
        _ => {
            let end = rest.find([',', ')', '\n'])?;
            Some(start..start + end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_close_behind_strings_and_comments() {
        let text = "f(a, \")\", ')', # )\n  `)`, [x], '''a)''') + 1";
        assert_eq!(brackets(text, 1), Some(1..text.len() - 4));
        assert_eq!(brackets("f(a", 1), None);
        assert_eq!(brackets("f(\"\\\")\")", 1), Some(1..8));
    }

    #[test]
    fn a_place_is_found_by_its_characters() {
        let text = "é = 1\n  über(2)\n";
        assert_eq!(offset(text, &Place::new("x", 2, 3)), Some(9));
        assert_eq!(offset(text, &Place::new("x", 9, 1)), None);
        assert_eq!(arguments(text, 9).map(|it| &text[it]), Some("(2)"));
    }

    #[test]
    fn a_keyword_is_found_with_its_whole_value() {
        let text = "decode(t, key=k, algorithms=[a, b], audience=x)";
        let all = arguments(text, 0).unwrap();
        let value = |name| keyword(text, &all, name).map(|it| &text[it]);
        assert_eq!(value("algorithms"), Some("[a, b]"));
        assert_eq!(value("audience"), Some("x"));
        assert_eq!(value("issuer"), None);
    }
}
