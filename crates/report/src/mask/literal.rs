use std::ops::Range;

use super::{Language, random};

/// A string literal on one line.
#[derive(Clone, Debug)]
pub(super) struct Literal {
    /// Its characters without the quotes; to the end of the line where it is not closed there.
    pub(super) inner: Range<usize>,
    /// The position of its first quote.
    open: usize,
    /// The position after its last quote.
    end: usize,
}

/// Where the literals and the comment of a line stand.
#[derive(Clone, Debug)]
pub(super) struct Scan {
    pub(super) literals: Vec<Literal>,
    /// Where the comment begins; the line's length where there is none.
    pub(super) comment: usize,
    /// For each character, whether it belongs to a literal, quotes included.
    pub(super) is_literal: Vec<bool>,
}

impl Scan {
    /// Whether the character at `index` is outside of literals and of the comment.
    pub(super) fn is_code(&self, index: usize) -> bool {
        index < self.comment && !self.is_literal[index]
    }
}

/// Finds literals line by line: an error in one line (an apostrophe in text, say) stays in that line.
pub(super) fn scan(chars: &[char], language: Language) -> Scan {
    let mut scan = Scan {
        literals: Vec::new(),
        comment: chars.len(),
        is_literal: vec![false; chars.len()],
    };
    let mut at = 0;
    while at < chars.len() {
        if scan.comment == chars.len() && begins_comment(chars, at, language) {
            scan.comment = at;
        }
        if begins_literal(chars, at) {
            let literal = read(chars, at);
            at = literal.end;
            scan.is_literal[literal.open..literal.end].fill(true);
            scan.literals.push(literal);
        } else {
            at += 1;
        }
    }
    scan
}

fn begins_comment(chars: &[char], at: usize, language: Language) -> bool {
    match language {
        Language::Script => {
            let is_block = chars[at..].starts_with(&['/', '*'])
                || chars[at] == '*' && chars[..at].iter().all(|c| c.is_whitespace());
            is_block || chars[at..].starts_with(&['/', '/']) && (at == 0 || chars[at - 1] != ':')
        }
        Language::Python => chars[at] == '#',
        Language::Settings => chars[at] == '#' && (at == 0 || chars[at - 1].is_whitespace()),
    }
}

/// A quote after a letter is an apostrophe, unless the letters before it are a prefix of Python's (`rb"…"`).
fn begins_literal(chars: &[char], at: usize) -> bool {
    if !matches!(chars[at], '"' | '\'' | '`') {
        return false;
    }
    let word = chars[..at]
        .iter()
        .rev()
        .take_while(|c| c.is_alphanumeric() || **c == '_')
        .count();
    word == 0
        || word <= 2
            && chars[at - word..at]
                .iter()
                .all(|c| "rRbBfFuUtT".contains(*c))
        || chars[at] != '\''
}

fn read(chars: &[char], open: usize) -> Literal {
    let quote = chars[open];
    let width = if quote != '`' && chars[open..].starts_with(&[quote; 3]) {
        3
    } else {
        1
    };
    let start = open + width;
    let mut at = start;
    while at < chars.len() {
        if chars[at] == '\\' {
            // What is escaped belongs to the literal, a quote as well.
            at += 2;
        } else if chars[at..].len() >= width && chars[at..at + width].iter().all(|&c| c == quote) {
            return Literal {
                inner: start..at,
                open,
                end: at + width,
            };
        } else {
            at += 1;
        }
    }
    Literal {
        inner: start..chars.len(),
        open,
        end: chars.len(),
    }
}

impl Literal {
    /// Whether the literal is a value that goes on in the lines below: `name = """…`, where a docstring stands alone.
    pub(super) fn goes_on(&self, chars: &[char]) -> bool {
        let spans_lines = chars[self.open] == '`' || self.inner.start == self.open + 3;
        let is_open = self.end == chars.len() && self.inner.end == self.end;
        let before = chars[..self.open]
            .iter()
            .rev()
            .skip_while(|c| c.is_alphanumeric());
        let before = before.copied().find(|c| !c.is_whitespace());
        spans_lines && is_open && before.is_some_and(|c| "=(:,[{?|".contains(c))
    }

    /// Whether the literal is plainly a name or an address: of an algorithm, a claim, a path, a key to look under.
    pub(super) fn is_name(&self, chars: &[char]) -> bool {
        let inner = &chars[self.inner.clone()];
        if !random::words(inner).is_empty() {
            return false;
        }
        let text = without_interpolations(inner);
        let before: String = chars[self.open.saturating_sub(LONGEST)..self.open]
            .iter()
            .collect();
        is_well_known(text.trim())
            || is_path(&text)
            || is_query(&text)
            || self.is_looked_up(inner, &before, &chars[self.end..])
    }

    /// Whether the literal is what a value is looked up by: an index, a key, the first argument of a reader.
    fn is_looked_up(&self, inner: &[char], before: &str, after: &[char]) -> bool {
        let is_identifier = !inner.is_empty()
            && self.end > self.inner.end
            && inner
                .iter()
                .all(|&c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '@' | '/'));
        let before = before.trim_end();
        let next = after.iter().find(|c| !c.is_whitespace());
        let ends_with_name =
            |text: &str| text.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        is_identifier
            && (MODULES.iter().any(|word| before.ends_with(word))
                || READERS.iter().any(|reader| before.ends_with(reader))
                || before.strip_suffix('[').is_some_and(ends_with_name) && next == Some(&']')
                || next == Some(&':') && (before.is_empty() || before.ends_with(['{', ','])))
    }
}

/// How many characters before a literal are looked at; more than the longest of what may stand there.
const LONGEST: usize = 32;

/// What stands in front of a module's name.
const MODULES: &[&str] = &["from", "import", "import(", "require("];

/// What stands in front of the name of something read: an environment variable, a header, a cookie, a stored item.
const READERS: &[&str] = &[
    "get(",
    "getenv(",
    "env(",
    "header(",
    "getItem(",
    "setItem(",
    "removeItem(",
    "alias=",
    "setdefault(",
];

fn is_well_known(text: &str) -> bool {
    const NAMES: &[&str] = &[
        "", "Bearer", "bearer", "JWT", "none", "EdDSA", "Ed25519", "HS256", "HS384", "HS512",
        "RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "iss",
        "sub", "aud", "exp", "nbf", "iat", "jti", "sid", "utf-8",
    ];
    NAMES.contains(&text)
}

/// `/api/tokens`, `./tokens`, `http://localhost:3000/api`: lower case, and no query, where tokens travel.
fn is_path(text: &str) -> bool {
    let roots = ["https://", "http://", "/", "./", "../", "@/"];
    let rest = roots.iter().find_map(|root| text.strip_prefix(root));
    rest.is_some_and(|rest| {
        rest.chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "/.-_:".contains(c))
    })
}

/// A statement of SQL that compares with no literal of its own.
fn is_query(text: &str) -> bool {
    let verbs = ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM "];
    verbs.iter().any(|verb| text.trim_start().starts_with(verb)) && !text.contains(['\'', '"', '`'])
}

/// The text without `${name}` and `{name}`; braces around anything but a name stay.
pub(super) fn without_interpolations(inner: &[char]) -> String {
    let mut text = String::new();
    let mut at = 0;
    while at < inner.len() {
        let brace = at + usize::from(inner[at] == '$');
        if inner.get(brace) == Some(&'{') {
            let name = inner[brace + 1..]
                .iter()
                .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
                .count();
            if name > 0 && inner.get(brace + 1 + name) == Some(&'}') {
                at = brace + name + 2;
                continue;
            }
        }
        text.push(inner[at]);
        at += 1;
    }
    text
}
