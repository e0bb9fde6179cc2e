use std::ops::Range;

use super::{Language, random, sentence};

/// A string literal on one line.
#[derive(Clone, Debug)]
pub(super) struct Literal {
    /// Its characters without the quotes; to the end of the line where it is not closed there.
    pub(super) inner: Range<usize>,
    /// The position of its first quote.
    pub(super) open: usize,
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

    /// Whether the literal is plainly a name, an address or a sentence: of an algorithm, a claim, a path, a key to look under.
    ///
    /// `pieces` are what of it is text.
    pub(super) fn is_name(&self, chars: &[char], pieces: &[Range<usize>]) -> bool {
        let inner = &chars[self.inner.clone()];
        if !random::words(inner).is_empty() {
            return false;
        }
        let pieces: Vec<String> = pieces
            .iter()
            .map(|piece| without_interpolations(&chars[piece.clone()]))
            .collect();
        let text = pieces.concat();
        let before = self.before(chars);
        is_well_known(text.trim())
            || is_path(&pieces)
            || is_query(&text)
            || sentence::is_spoken(&before) && sentence::is_sentence(&pieces)
            || self.is_key(inner, &before, &chars[self.end..])
            || self.is_looked_up(inner, &before, &chars[self.end..])
    }

    /// Whether the literal cannot be the secret of a line that holds one: the name under which that is looked up, or
    /// the algorithm that it is for.
    pub(super) fn is_beside_secret(&self, chars: &[char]) -> bool {
        let inner = &chars[self.inner.clone()];
        let text: String = inner.iter().collect();
        let before = self.before(chars);
        let of_algorithm = ["algorithm=", "algorithms=[", "algorithms: ["];
        random::words(inner).is_empty()
            && (self.is_looked_up(inner, &before, &chars[self.end..])
                || is_well_known(&text) && of_algorithm.iter().any(|it| before.ends_with(it)))
    }

    /// The last characters before the literal.
    fn before(&self, chars: &[char]) -> String {
        let start = self.open.saturating_sub(LONGEST);
        let before: String = chars[start..self.open].iter().collect();
        before.trim_end().to_owned()
    }

    /// Whether the literal is the key of an entry.
    fn is_key(&self, inner: &[char], before: &str, after: &[char]) -> bool {
        self.is_identifier(inner)
            && next(after) == Some(':')
            && (before.is_empty() || before.ends_with(['{', ',']))
    }

    /// Whether the literal is one word, closed on its line.
    fn is_identifier(&self, inner: &[char]) -> bool {
        !inner.is_empty()
            && self.end > self.inner.end
            && inner
                .iter()
                .all(|&c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '@' | '/'))
    }

    /// Whether the literal is what a value is looked up by: an index, the first argument of a reader or a writer.
    fn is_looked_up(&self, inner: &[char], before: &str, after: &[char]) -> bool {
        let ends_with = |words: &[&str]| words.iter().any(|word| before.ends_with(word));
        let ends_with_name =
            |text: &str| text.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        self.is_identifier(inner)
            && (ends_with(MODULES)
                || ends_with(READERS)
                || ends_with(WRITERS) && next(after) == Some(',')
                || before.strip_suffix('[').is_some_and(ends_with_name) && next(after) == Some(']'))
    }
}

/// The first character that is no space.
fn next(after: &[char]) -> Option<char> {
    after.iter().copied().find(|c| !c.is_whitespace())
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

/// What stands in front of the name of something written, where the value comes behind it.
const WRITERS: &[&str] = &[".append(", ".set("];

fn is_well_known(text: &str) -> bool {
    const NAMES: &[&str] = &[
        "",
        "Bearer",
        "bearer",
        "JWT",
        "none",
        "EdDSA",
        "Ed25519",
        "HS256",
        "HS384",
        "HS512",
        "RS256",
        "RS384",
        "RS512",
        "ES256",
        "ES384",
        "ES512",
        "PS256",
        "PS384",
        "PS512",
        "iss",
        "sub",
        "aud",
        "exp",
        "nbf",
        "iat",
        "jti",
        "sid",
        "utf-8",
        "include",
        "same-origin",
        "omit",
    ];
    NAMES.contains(&text)
}

/// `/api/tokens`, `./tokens`, `http://localhost:3000/api`: lower case, and a query only where code gives its values.
fn is_path(pieces: &[String]) -> bool {
    let text = pieces.concat();
    let roots = ["https://", "http://", "/", "./", "../", "@/"];
    let rest = roots.iter().find_map(|root| text.strip_prefix(root));
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "/.-_:?&=".contains(c);
    // Behind the last piece there is no code.
    let last = pieces.last().is_some_and(|it| it.contains(['?', '=']));
    rest.is_some_and(|rest| rest.chars().all(allowed))
        && !last
        && pieces
            .iter()
            .all(|piece| match piece.split_once(['?', '&', '=']) {
                None => true,
                Some(_) => piece.find('=') == piece.len().checked_sub(1),
            })
}

/// A statement of SQL that compares with no literal of its own.
fn is_query(text: &str) -> bool {
    begins_query(text) && !text.contains(['\'', '"', '`'])
}

/// Whether a text begins as a statement of SQL does.
pub(super) fn begins_query(text: &str) -> bool {
    let verbs = ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM "];
    verbs.iter().any(|verb| text.trim_start().starts_with(verb))
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
