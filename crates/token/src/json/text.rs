use std::borrow::Cow;
use std::fmt;
use std::str::Chars;

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
            let mut text = String::with_capacity(self.raw.len());
            text.extend(self.characters());
            Cow::Owned(text)
        } else {
            Cow::Borrowed(self.raw)
        }
    }

    /// What the string says, without a place of its own: whoever sends the names of an object decides how often they
    /// are compared.
    pub(super) fn characters(self) -> Characters<'a> {
        Characters(self.raw.chars())
    }

    /// Whether the string says nothing.
    pub fn is_empty(self) -> bool {
        self.raw.is_empty()
    }
}

impl PartialEq<str> for Text<'_> {
    fn eq(&self, other: &str) -> bool {
        if self.escaped {
            self.characters().eq(other.chars())
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

/// Reads the escapes of a string that was scanned.
pub(super) struct Characters<'a>(Chars<'a>);

impl Iterator for Characters<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        match self.0.next()? {
            '\\' => Some(match self.0.next()? {
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => self.escaped(),
                itself => itself,
            }),
            itself => Some(itself),
        }
    }
}

impl Characters<'_> {
    /// The character behind `\u`; of a surrogate, that of the pair.
    fn escaped(&mut self) -> char {
        let code = match self.unit() {
            high @ 0xD800..=0xDBFF => {
                self.0.nth(1);
                0x1_0000 + ((high & 0x3FF) << 10 | self.unit() & 0x3FF)
            }
            code => code,
        };
        char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    /// The four digits of a UTF-16 unit.
    fn unit(&mut self) -> u32 {
        let digits = self.0.by_ref().take(4);
        digits.fold(0, |unit, digit| {
            unit << 4 | digit.to_digit(16).unwrap_or_default()
        })
    }
}
