use std::borrow::Cow;
use std::fmt;

/// A string as it stands in JSON, without its quotes; what stands behind a backslash is read when it is asked for.
#[derive(Clone, Copy)]
pub struct Text<'a> {
    raw: &'a str,
    /// Whether it has a backslash.
    escaped: bool,
}

impl<'a> Text<'a> {
    /// `raw` was scanned: each backslash in it begins an escape, and `escaped` says whether there is one.
    pub(super) fn new(raw: &'a str, escaped: bool) -> Self {
        Self { raw, escaped }
    }

    /// What the string says.
    pub fn decode(self) -> Cow<'a, str> {
        if self.escaped {
            Cow::Owned(unescape(self.raw))
        } else {
            Cow::Borrowed(self.raw)
        }
    }

    /// Whether the string says nothing.
    pub fn is_empty(self) -> bool {
        self.raw.is_empty()
    }
}

impl PartialEq<str> for Text<'_> {
    fn eq(&self, other: &str) -> bool {
        if self.escaped {
            self.decode() == other
        } else {
            self.raw == other
        }
    }
}

/// A claim may be a person's: shown by its length alone.
impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} bytes)", self.raw.len())
    }
}

fn unescape(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, escape)) = rest.split_once('\\') {
        text.push_str(plain);
        let mut characters = escape.chars();
        let character = match characters.next() {
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => {
                let (character, behind) = unit(characters.as_str());
                characters = behind.chars();
                character
            }
            Some(itself) => itself,
            None => break,
        };
        text.push(character);
        rest = characters.as_str();
    }
    text.push_str(rest);
    text
}

/// The character behind `\u`, and what follows it.
fn unit(text: &str) -> (char, &str) {
    let hex = |text: &str| {
        let digits = text.get(..4).unwrap_or_default();
        u32::from_str_radix(digits, 16).unwrap_or(0xFFFD)
    };
    let behind = text.get(4..).unwrap_or_default();
    match (hex(text), behind.strip_prefix(r"\u")) {
        (high @ 0xD800..=0xDBFF, Some(second)) => {
            let low = hex(second) & 0x3FF;
            let code = 0x1_0000 + ((high & 0x3FF) << 10 | low);
            let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
            (character, second.get(4..).unwrap_or_default())
        }
        (code, _) => {
            let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
            (character, behind)
        }
    }
}
