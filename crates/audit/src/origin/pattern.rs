//! Patterns of origins: whom they let pass beside those that they are meant for.
//!
//! Starlette asks `re.fullmatch`, so a pattern needs no anchors. An origin that is shown was matched by the pattern itself.

use regex::Regex;

use crate::site::{SHARED, site};

/// An origin that nobody has.
const NOBODY: &str = "https://stranger.example";

/// Whether a pattern matches every origin on the web.
pub(crate) fn matches_all(pattern: &str) -> bool {
    whole(pattern).is_some_and(|whole| whole.is_match(NOBODY))
}

/// An origin that a pattern matches, and that somebody else may have than those whose origins it is meant for.
///
/// `None` where there is none, where every origin is matched, and where the pattern is not understood.
pub(crate) fn of_a_stranger(pattern: &str) -> Option<String> {
    let whole = whole(pattern)?;
    if whole.is_match(NOBODY) {
        return None;
    }
    let mut shared = SHARED
        .iter()
        .map(|domain| format!("https://stranger.{domain}"));
    if let Some(found) = shared.find(|origin| whole.is_match(origin)) {
        return Some(found);
    }
    alternatives(pattern).into_iter().find_map(|one| {
        let pieces = pieces(one)?;
        let meant = written(&pieces, None);
        let (home, end) = (site(&meant)?, last_label(&meant)?.to_owned());
        // Names below a shared domain are given to whoever asks first: one with a part of one's own is as good as meant.
        let own = SHARED.iter().find(|domain| home.ends_with(**domain));
        let varied = pieces.iter().enumerate().flat_map(|(at, piece)| {
            let fillings: &[&str] = match piece {
                Piece::Text(_) => &[],
                Piece::Dot => &["x"],
                Piece::Run => &["stranger", ".stranger.example"],
            };
            fillings.iter().map(move |filling| (at, *filling))
        });
        varied
            .map(|filling| written(&pieces, Some(filling)))
            .find(|origin| {
                let ends = last_label(origin).is_some_and(|last| last == end || last == "example");
                let strange =
                    |other: String| other != home && !own.is_some_and(|own| other.ends_with(own));
                ends && whole.is_match(origin) && site(origin).is_some_and(strange)
            })
    })
}

fn whole(pattern: &str) -> Option<Regex> {
    Regex::new(&format!("^(?:{pattern})$")).ok()
}

/// The last label of a host that has several.
fn last_label(origin: &str) -> Option<&str> {
    let host = origin.split_once("://")?.1.split(':').next()?;
    host.rsplit_once('.')
        .map(|(_, last)| last)
        .or_else(|| (host == "localhost").then_some(host))
}

/// A part of a pattern.
#[derive(Debug)]
enum Piece {
    /// This text.
    Text(String),
    /// Any one character, where a dot was meant.
    Dot,
    /// Any characters, as many as there are.
    Run,
}

/// An example of what the pieces match: with one of them filled as told, the others as they are meant.
fn written(pieces: &[Piece], filled: Option<(usize, &str)>) -> String {
    let parts = pieces
        .iter()
        .enumerate()
        .map(|(at, piece)| match (filled, piece) {
            (Some((index, filling)), _) if index == at => filling,
            (_, Piece::Text(text)) => text,
            (_, Piece::Dot) => ".",
            (_, Piece::Run) if at + 1 == pieces.len() => "",
            (_, Piece::Run) => "app",
        });
    parts.collect()
}

/// The parts of a pattern between the `|` that stand in no group.
fn alternatives(pattern: &str) -> Vec<&str> {
    let (mut depth, mut class, mut escaped, mut start) = (0_usize, false, false, 0);
    let mut parts = Vec::new();
    for (at, c) in pattern.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ']' => class = false,
            _ if class => {}
            '[' => class = true,
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => {
                parts.push(&pattern[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&pattern[start..]);
    parts
}

/// A pattern in its pieces: of a group its first alternative, and nothing of what may be left out. `None` where it has a form that
/// is not understood.
fn pieces(pattern: &str) -> Option<Vec<Piece>> {
    let mut found = Vec::new();
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        let (mut read, after) = match c {
            '^' | '$' => (Vec::new(), after),
            '\\' => {
                let escaped = after.chars().next()?;
                let piece = match escaped {
                    'd' => Piece::Text("1".to_owned()),
                    'w' => Piece::Run,
                    c if c.is_alphanumeric() => return None,
                    c => Piece::Text(c.to_string()),
                };
                (vec![piece], &after[escaped.len_utf8()..])
            }
            '.' => (vec![Piece::Dot], after),
            '[' => (vec![Piece::Run], &after[after.find(']')? + 1..]),
            '(' => {
                let end = closing(after)?;
                let inner = after[..end].trim_start_matches("?:");
                let first = *alternatives(inner).first()?;
                if first.starts_with('?') {
                    return None;
                }
                (pieces(first)?, &after[end + 1..])
            }
            '*' | '+' | '?' | '{' | ')' | ']' | '}' | '|' => return None,
            c => (vec![Piece::Text(c.to_string())], after),
        };
        let (quantifier, after) = quantifier(after)?;
        match quantifier {
            Some('?') => read.clear(),
            Some(_) => {
                for piece in &mut read {
                    if matches!(piece, Piece::Dot) {
                        *piece = Piece::Run;
                    }
                }
            }
            None => {}
        }
        found.append(&mut read);
        rest = after;
    }
    Some(found)
}

/// The quantifier at the start of a text, and what follows it.
fn quantifier(text: &str) -> Option<(Option<char>, &str)> {
    let (found, after) = match text.chars().next() {
        Some(c @ ('*' | '+' | '?')) => (Some(c), &text[1..]),
        Some('{') => (Some('{'), &text[text.find('}')? + 1..]),
        _ => return Some((None, text)),
    };
    // The one after it says how much is taken first.
    Some((found, after.strip_prefix(['?', '+']).unwrap_or(after)))
}

/// Where the group ends whose opening stands before a text.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut class, mut escaped) = (1_usize, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ']' => class = false,
            _ if class => {}
            '[' => class = true,
            '(' => depth += 1,
            ')' if depth == 1 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_that_a_stranger_can_meet_shows_how() {
        for (pattern, origin) in [
            (r"https://.*\.vercel\.app", "https://stranger.vercel.app"),
            (
                r"^https://[a-z0-9-]+\.netlify\.app$",
                "https://stranger.netlify.app",
            ),
            (r"https://app.example.com", "https://appxexample.com"),
            (r"https://.*example\.com", "https://strangerexample.com"),
            (
                r"https?://example\.com.*",
                "http://example.com.stranger.example",
            ),
            (
                r"https://a\.example\.com|https://.*\.pages\.dev",
                "https://stranger.pages.dev",
            ),
            (
                r"https://(app|web).example.com(:\d+)?",
                "https://appxexample.com",
            ),
            (r"http://localhost.*", "http://localhost.stranger.example"),
        ] {
            assert_eq!(of_a_stranger(pattern).as_deref(), Some(origin), "{pattern}");
        }
    }

    #[test]
    fn a_pattern_for_one_site_lets_no_stranger_pass() {
        for pattern in [
            r"https://app\.example\.com",
            r"https://.*\.example\.com",
            r"https://([a-z]+\.)?example\.com",
            r"https://example.com",
            r"https://my-app-[a-z0-9]+-team\.vercel\.app",
            r"http://localhost:\d+",
            r"http://localhost(:\d+)?",
            r"https://(?!evil)app\.example\.com",
            r"http://192\.168\.\d+\.\d+:3000",
        ] {
            assert_eq!(of_a_stranger(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn a_pattern_for_every_origin_is_told_apart() {
        for pattern in [".*", "https?://.*", r"^https://.+$"] {
            assert!(matches_all(pattern), "{pattern}");
            assert_eq!(of_a_stranger(pattern), None, "{pattern}");
        }
        assert!(!matches_all(r"https://.*\.vercel\.app"));
    }
}
