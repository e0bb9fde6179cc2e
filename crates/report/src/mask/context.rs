use super::Language;
use super::literal::{self, scan};

/// How many lines back a statement is followed to where it began.
const REACH: usize = 12;
/// How many lines back a literal of several lines is followed; a key in PEM has about thirty.
const REACH_OF_TEXT: usize = 60;

/// Parts of words near which a literal may be a secret.
const WORDS: &[&str] = &[
    "secret",
    "passw",
    "passphrase",
    "pwd",
    "token",
    "key",
    "credential",
    "jwt",
    "hmac",
    "salt",
    "pepper",
    "cookie",
    "bearer",
    "authoriz",
    "sign",
    "decode",
    "encode",
    "verif",
    "dsn",
    "private",
];

/// Whether a word of the text, in code, a literal or a comment, is one near which secrets stand.
pub(super) fn speaks_of_secrets(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    WORDS.iter().any(|word| text.contains(word))
}

/// Whether the line at `index` continues a statement or an entry that speaks of secrets.
///
/// Goes back over the brackets that enclose the line and over lines that an operator joins to it, up to the block
/// that they stand in.
pub(super) fn carried(language: Language, lines: &[&str], index: usize) -> bool {
    let mut depth = 0;
    let mut joined = true;
    let mut below = lines.get(index).copied().unwrap_or("");
    for (distance, line) in lines[..index.min(lines.len())]
        .iter()
        .rev()
        .take(REACH)
        .enumerate()
    {
        let closed_below = depth > 0;
        let opened = opened(line, language, &mut depth);
        if opened == Opened::Block {
            return false;
        }
        let next_entry = language == Language::Settings && distance == 0 && !line.contains('=');
        joined = opened == Opened::Expression
            || joined && (closed_below || next_entry || joins(language, line, below));
        if joined && speaks_of_secrets(line) {
            return true;
        }
        below = line;
    }
    false
}

/// Whether the line at `index` stands within a literal that is the value of something secret; with `any_name`, of
/// anything.
pub(super) fn within_text(
    language: Language,
    lines: &[&str],
    index: usize,
    any_name: bool,
) -> bool {
    let above = &lines[..index.min(lines.len())];
    for (at, line) in above.iter().enumerate().rev().take(REACH_OF_TEXT) {
        let chars: Vec<char> = line.chars().collect();
        let scan = scan(&chars, language);
        if let Some(last) = scan.literals.last().filter(|last| last.goes_on(&chars)) {
            let first: String = chars[last.inner.clone()].iter().collect();
            let text = std::iter::once(first.as_str()).chain(lines[at + 1..].iter().copied());
            return any_name
                || speaks_of_secrets(line) && !is_query(text, lines.get(index).unwrap_or(&""));
        }
        if line.contains("\"\"\"") || line.contains("'''") || line.contains('`') {
            return false;
        }
    }
    false
}

/// Whether a text of several lines begins as a statement of SQL, and a line of it compares with no literal of its own.
fn is_query<'l>(text: impl Iterator<Item = &'l str>, line: &str) -> bool {
    let mut text = text.filter(|line| !line.trim().is_empty());
    text.next().is_some_and(literal::begins_query) && !line.contains(['\'', '"', '`'])
}

/// What a line opens that is still open at the line below.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opened {
    Nothing,
    /// A call, a list, an object.
    Expression,
    /// The body of a function or a class: what stands before it says nothing of what stands in it.
    Block,
}

/// Reads the brackets of `line` backwards; `depth` counts those closed further down whose beginning is still to come.
fn opened(line: &str, language: Language, depth: &mut usize) -> Opened {
    let chars: Vec<char> = line.chars().collect();
    let scan = scan(&chars, language);
    let mut opened = Opened::Nothing;
    for at in (0..chars.len()).rev().filter(|&at| scan.is_code(at)) {
        match chars[at] {
            ')' | ']' | '}' => *depth += 1,
            '(' | '[' | '{' if *depth > 0 => *depth -= 1,
            '{' if !begins_object(&chars[..at]) => return Opened::Block,
            '(' | '[' | '{' => opened = Opened::Expression,
            _ => {}
        }
    }
    opened
}

/// Whether a brace after `before` begins an object; after `)`, `=>` or a name it begins a body.
fn begins_object(before: &[char]) -> bool {
    let last = before.iter().rev().find(|c| !c.is_whitespace());
    last.is_none_or(|c| matches!(c, '=' | ':' | '(' | '[' | ',' | '{' | '?' | '|' | '&'))
}

/// Whether an operator at the end of `line` or at the beginning of `below` makes one expression of both.
fn joins(language: Language, line: &str, below: &str) -> bool {
    let (line, below) = (line.trim_end(), below.trim_start());
    match language {
        Language::Python | Language::Settings => line.ends_with('\\'),
        Language::Script => {
            line.ends_with(['=', '+', '|', '?', ':', '&', '>'])
                || below.starts_with(['+', '|', '?', ':', '&', '.', '='])
        }
    }
}
