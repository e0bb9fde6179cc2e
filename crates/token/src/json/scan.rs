//! One pass over a text: checks all of it, and notes where the members of its objects stand.

use wide::u8x16;

use super::JsonFault;
use super::text::Text;
use crate::bytes::run;
use crate::limits::{JSON_DEPTH, JSON_MEMBERS};

/// Where a member stands, in bytes from the start of the text. A name stands without its quotes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member {
    pub(super) name: (u32, u32),
    pub(super) value: (u32, u32),
    /// How deep the object is that has it; 1 is the outermost.
    pub(super) depth: u8,
    /// Whether its name is written with a backslash.
    pub(super) name_escaped: bool,
    /// Whether its value is a string with a backslash.
    pub(super) value_escaped: bool,
}

impl Member {
    /// Its name in `text`, which has it.
    pub(super) fn name<'a>(&self, text: &'a str) -> Text<'a> {
        Text::new(slice(text, self.name), self.name_escaped)
    }
}

/// The members of every object in `text`, in the order of the text.
pub(super) fn members(text: &str) -> Result<Vec<Member>, JsonFault> {
    if u32::try_from(text.len()).is_err() {
        return Err(JsonFault::Syntax);
    }
    let mut scanner = Scanner {
        text,
        bytes: text.as_bytes(),
        // Enough but for an object of one-letter names and values, so that one allocation is.
        members: Vec::with_capacity(text.len() / 8),
    };
    let open = scanner.behind(b'{', 0)?;
    let end = scanner.object(open, 1)?;
    let (_, end) = scanner.significant(end);
    if end == text.len() {
        Ok(scanner.members)
    } else {
        Err(JsonFault::Syntax)
    }
}

/// Its methods take the place where they begin, and give that where they end: a place that were a field would be
/// written to memory and read again at each step.
struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    members: Vec<Member>,
}

/// Behind the bytes from `at` on that mean themselves in a string: at the first quote, backslash or control character.
#[inline]
fn plain(bytes: &[u8], at: usize) -> usize {
    const QUOTE: u8x16 = u8x16::new([b'"'; 16]);
    const BACKSLASH: u8x16 = u8x16::new([b'\\'; 16]);
    const LAST_CONTROL: u8x16 = u8x16::new([0x1F; 16]);
    run(
        bytes,
        at,
        |chunk| {
            let control = chunk.min(LAST_CONTROL).simd_eq(chunk);
            !(chunk.simd_eq(QUOTE) | chunk.simd_eq(BACKSLASH) | control)
        },
        |byte| byte > 0x1F && byte != b'"' && byte != b'\\',
    )
}

/// Behind the digits from `at` on.
#[inline]
fn digits(bytes: &[u8], at: usize) -> usize {
    const ZERO: u8x16 = u8x16::new([b'0'; 16]);
    const NINE: u8x16 = u8x16::new([b'9'; 16]);
    run(
        bytes,
        at,
        |chunk| chunk.max(ZERO).min(NINE).simd_eq(chunk),
        |byte| byte.is_ascii_digit(),
    )
}

impl Scanner<'_> {
    /// The byte at a place, and 0, which stands nowhere in JSON, at the end.
    #[inline]
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// The next byte that is no white space, with its place.
    #[inline]
    fn significant(&self, mut at: usize) -> (u8, usize) {
        loop {
            match self.byte(at) {
                b' ' | b'\t' | b'\n' | b'\r' => at += 1,
                byte => return (byte, at),
            }
        }
    }

    /// Behind the next byte, which must be this one.
    #[inline]
    fn behind(&self, byte: u8, at: usize) -> Result<usize, JsonFault> {
        match self.significant(at) {
            (found, at) if found == byte => Ok(at + 1),
            _ => Err(JsonFault::Syntax),
        }
    }

    /// An object behind its brace.
    fn object(&mut self, at: usize, depth: u8) -> Result<usize, JsonFault> {
        let (byte, mut at) = self.significant(at);
        if byte == b'}' {
            return Ok(at + 1);
        }
        let first = self.members.len();
        let mut names = Names::default();
        loop {
            let start = self.behind(b'"', at)?;
            let (end, escaped) = self.string(start)?;
            let name = (offset(start), offset(end));
            if names.may_have(&self.bytes[start..end], escaped) && self.has(first, depth, name) {
                return Err(JsonFault::DuplicateMember);
            }
            if names.count > JSON_MEMBERS {
                return Err(JsonFault::TooManyMembers);
            }
            let index = self.members.len();
            self.members.push(Member {
                name,
                value: (0, 0),
                depth,
                name_escaped: escaped,
                value_escaped: false,
            });
            let colon = self.behind(b':', end + 1)?;
            let (open, start) = self.significant(colon);
            let (end, escaped) = self.value(open, start, depth)?;
            if let Some(member) = self.members.get_mut(index) {
                member.value = (offset(start), offset(end));
                member.value_escaped = escaped;
            }
            let (close, end) = self.significant(end);
            at = end + 1;
            match close {
                b',' => {}
                b'}' => return Ok(at),
                _ => return Err(JsonFault::Syntax),
            }
        }
    }

    /// An array behind its bracket.
    fn array(&mut self, at: usize, depth: u8) -> Result<usize, JsonFault> {
        let (byte, mut at) = self.significant(at);
        if byte == b']' {
            return Ok(at + 1);
        }
        loop {
            let (open, start) = self.significant(at);
            let (end, _) = self.value(open, start, depth)?;
            let (close, end) = self.significant(end);
            at = end + 1;
            match close {
                b',' => {}
                b']' => return Ok(at),
                _ => return Err(JsonFault::Syntax),
            }
        }
    }

    /// A value that begins with `open`, within something that is `depth` deep: where it ends, and whether it is a string
    /// with a backslash.
    #[inline]
    fn value(&mut self, open: u8, at: usize, depth: u8) -> Result<(usize, bool), JsonFault> {
        let end = match open {
            b'"' => return self.string(at + 1).map(|(end, escaped)| (end + 1, escaped)),
            b'{' | b'[' => self.nested(open, at + 1, depth),
            b'-' | b'0'..=b'9' => self.number(at),
            b't' => self.word(b"true", at),
            b'f' => self.word(b"false", at),
            b'n' => self.word(b"null", at),
            _ => Err(JsonFault::Syntax),
        };
        end.map(|end| (end, false))
    }

    /// An object or an array behind its `open`.
    #[inline(never)]
    fn nested(&mut self, open: u8, at: usize, depth: u8) -> Result<usize, JsonFault> {
        if depth == JSON_DEPTH {
            Err(JsonFault::TooDeep)
        } else if open == b'{' {
            self.object(at, depth + 1)
        } else {
            self.array(at, depth + 1)
        }
    }

    fn word(&self, word: &[u8], at: usize) -> Result<usize, JsonFault> {
        if self.bytes[at..].starts_with(word) {
            Ok(at + word.len())
        } else {
            Err(JsonFault::Syntax)
        }
    }

    /// A string behind its first quote: where its last stands, and whether there is a backslash before it.
    #[inline]
    fn string(&self, at: usize) -> Result<(usize, bool), JsonFault> {
        let end = plain(self.bytes, at);
        if self.byte(end) == b'"' {
            Ok((end, false))
        } else {
            self.escaped_string(end).map(|end| (end, true))
        }
    }

    /// A string from its first backslash on: where its last quote stands.
    #[cold]
    #[inline(never)]
    fn escaped_string(&self, mut at: usize) -> Result<usize, JsonFault> {
        while self.byte(at) == b'\\' {
            at = self.escape(at + 1)?;
            at = plain(self.bytes, at);
        }
        if self.byte(at) == b'"' {
            Ok(at)
        } else {
            Err(JsonFault::Syntax)
        }
    }

    /// What follows a backslash.
    fn escape(&self, at: usize) -> Result<usize, JsonFault> {
        match self.byte(at) {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(at + 1),
            b'u' => match self.unit(at + 1)? {
                (0xD800..=0xDBFF, at) => match self.unit(self.word(br"\u", at)?)? {
                    (0xDC00..=0xDFFF, at) => Ok(at),
                    _ => Err(JsonFault::Syntax),
                },
                (0xDC00..=0xDFFF, _) => Err(JsonFault::Syntax),
                (_, at) => Ok(at),
            },
            _ => Err(JsonFault::Syntax),
        }
    }

    /// The four digits of a UTF-16 unit, and where they end.
    fn unit(&self, at: usize) -> Result<(u32, usize), JsonFault> {
        let digits = self.bytes.get(at..at + 4).ok_or(JsonFault::Syntax)?;
        let unit = digits.iter().try_fold(0, |unit, digit| {
            char::from(*digit)
                .to_digit(16)
                .map(|digit| unit << 4 | digit)
        });
        unit.map(|unit| (unit, at + 4)).ok_or(JsonFault::Syntax)
    }

    #[inline]
    fn number(&self, start: usize) -> Result<usize, JsonFault> {
        /// Longer ones, and those with an exponent, may be more than a double holds.
        const SURELY_FINITE: usize = 300;
        let mut at = start + usize::from(self.byte(start) == b'-');
        at = match self.byte(at) {
            b'0' => at + 1,
            _ => self.digits(at)?,
        };
        if self.byte(at) == b'.' {
            at = self.digits(at + 1)?;
        }
        let mut plain = true;
        if let b'e' | b'E' = self.byte(at) {
            plain = false;
            let sign = matches!(self.byte(at + 1), b'+' | b'-');
            at = self.digits(at + 1 + usize::from(sign))?;
        }
        if plain && at - start <= SURELY_FINITE {
            return Ok(at);
        }
        match self.text[start..at].parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(at),
            _ => Err(JsonFault::Syntax),
        }
    }

    /// Behind the digits, of which there is at least one.
    #[inline]
    fn digits(&self, at: usize) -> Result<usize, JsonFault> {
        match digits(self.bytes, at) {
            end if end > at => Ok(end),
            _ => Err(JsonFault::Syntax),
        }
    }

    /// Whether one of the members from `first` on that are `depth` deep, those of the same object, has the same name.
    #[cold]
    #[inline(never)]
    fn has(&self, first: usize, depth: u8, name: (u32, u32)) -> bool {
        let name = Text::new(slice(self.text, name), true);
        let same = |known: &Member| known.name(self.text).characters().eq(name.characters());
        let mut known = self.members[first..].iter();
        known.any(|known| known.depth == depth && same(known))
    }
}

/// Tells at a glance of most names that no other member of the object has them.
#[derive(Default)]
struct Names {
    seen: u64,
    count: usize,
}

impl Names {
    /// Whether a name may have been given before; notes it.
    fn may_have(&mut self, bytes: &[u8], escaped: bool) -> bool {
        self.count += 1;
        if escaped {
            // It may be the same as any other, and any that follows the same as it.
            let any = self.seen != 0;
            self.seen = u64::MAX;
            return any;
        }
        let ends = match bytes {
            [] => 0,
            [first, .., last] => usize::from(*first) * 3 + usize::from(*last) * 7,
            [only] => usize::from(*only) * 10,
        };
        let bit = 1 << ((ends + bytes.len() * 5) % 64);
        let known = self.seen & bit != 0;
        self.seen |= bit;
        known
    }
}

/// The bytes of [`slice`], without the question whether characters are cut.
#[inline]
pub(super) fn raw(text: &str, (start, end): (u32, u32)) -> &[u8] {
    &text.as_bytes()[start as usize..end as usize]
}

pub(super) fn slice(text: &str, (start, end): (u32, u32)) -> &str {
    &text[start as usize..end as usize]
}

/// Texts are shorter than 4 GiB: [`members`] sees to it.
#[expect(
    clippy::cast_possible_truncation,
    reason = "checked once for the whole text"
)]
fn offset(at: usize) -> u32 {
    at as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_but_a_digit_ends_the_digits() {
        for length in 0..40 {
            for place in 0..length {
                for byte in 0..=u8::MAX {
                    for filling in [b'0', b'9'] {
                        let mut text = vec![filling; length];
                        text[place] = byte;
                        let first = text.iter().position(|it| !it.is_ascii_digit());
                        assert_eq!(digits(&text, 0), first.unwrap_or(length), "{text:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn every_byte_that_is_special_ends_the_plain_ones() {
        for length in 0..40 {
            for place in 0..length {
                for byte in 0..=u8::MAX {
                    // What follows must not count, whatever it is.
                    for filling in [b'a', 0x21, 0x5d, 0x80, 0xff] {
                        let mut text = vec![filling; length];
                        text[place] = byte;
                        text[length - 1] = if place == length - 1 { byte } else { b'"' };
                        let first = text
                            .iter()
                            .position(|it| *it < 0x20 || b"\"\\".contains(it));
                        assert_eq!(plain(&text, 0), first.unwrap_or(length), "{text:?}");
                    }
                }
            }
        }
    }
}
