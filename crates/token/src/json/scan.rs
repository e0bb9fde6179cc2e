//! One pass over a text: checks all of it, and notes where the members of its objects stand.

use super::JsonFault;
use super::text::Text;
use crate::limits::{JSON_DEPTH, JSON_MEMBERS};

/// Where a member stands, in bytes from the start of the text. A name stands without its quotes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member {
    pub(super) name: (u32, u32),
    pub(super) value: (u32, u32),
    /// How deep the object is that has it; 1 is the outermost.
    pub(super) depth: u8,
    /// Whether its name is written with a backslash.
    pub(super) escaped: bool,
}

/// The members of every object in `text`, in the order of the text.
pub(super) fn members(text: &str) -> Result<Vec<Member>, JsonFault> {
    if u32::try_from(text.len()).is_err() {
        return Err(JsonFault::Syntax);
    }
    let mut scanner = Scanner {
        text,
        bytes: text.as_bytes(),
        at: 0,
        // Enough but for an object of one-letter names and values, so that one allocation is.
        members: Vec::with_capacity(text.len() / 8),
    };
    scanner.blank();
    scanner.expect(b'{')?;
    scanner.object(1)?;
    scanner.blank();
    if scanner.at == text.len() {
        Ok(scanner.members)
    } else {
        Err(JsonFault::Syntax)
    }
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    members: Vec<Member>,
}

/// How many bytes of a string mean themselves: before the first quote, backslash or control character.
#[inline]
fn plain(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    let special = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
    let mut at = 0;
    // Eight at once. A byte below one that is found is never found wrongly, and the lowest counts.
    while let Some(chunk) = bytes[at..].first_chunk() {
        let word = u64::from_le_bytes(*chunk);
        let below =
            |word: u64, least: u8| word.wrapping_sub(ONES * u64::from(least)) & !word & HIGH;
        let quote = below(word ^ (ONES * u64::from(b'"')), 1);
        let backslash = below(word ^ (ONES * u64::from(b'\\')), 1);
        let found = quote | backslash | below(word, 0x20);
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at + bytes[at..]
        .iter()
        .take_while(|byte| !special(**byte))
        .count()
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn blank(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), JsonFault> {
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            Err(JsonFault::Syntax)
        }
    }

    /// An object behind its brace.
    fn object(&mut self, depth: u8) -> Result<(), JsonFault> {
        self.blank();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        let first = self.members.len();
        let mut names = Names::default();
        loop {
            self.blank();
            self.expect(b'"')?;
            let start = self.at;
            let escaped = self.string()?;
            let name = (offset(start), offset(self.at - 1));
            let member = Member {
                name,
                value: (0, 0),
                depth,
                escaped,
            };
            if names.may_have(self.raw_name(&member), escaped)
                && self.members[first..]
                    .iter()
                    .any(|known| known.depth == depth && self.same_name(known, &member))
            {
                return Err(JsonFault::DuplicateMember);
            }
            if names.count > JSON_MEMBERS {
                return Err(JsonFault::TooManyMembers);
            }
            let index = self.members.len();
            self.members.push(member);
            self.blank();
            self.expect(b':')?;
            self.blank();
            let start = self.at;
            self.value(depth)?;
            self.members[index].value = (offset(start), offset(self.at));
            self.blank();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(JsonFault::Syntax),
            }
        }
    }

    /// An array behind its bracket.
    fn array(&mut self, depth: u8) -> Result<(), JsonFault> {
        self.blank();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.blank();
            self.value(depth)?;
            self.blank();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(JsonFault::Syntax),
            }
        }
    }

    /// A value within something that is `depth` deep.
    fn value(&mut self, depth: u8) -> Result<(), JsonFault> {
        match self.peek() {
            Some(b'"') => {
                self.at += 1;
                self.string().map(|_| ())
            }
            Some(open @ (b'{' | b'[')) => {
                if depth == JSON_DEPTH {
                    return Err(JsonFault::TooDeep);
                }
                self.at += 1;
                if open == b'{' {
                    self.object(depth + 1)
                } else {
                    self.array(depth + 1)
                }
            }
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word(b"true"),
            Some(b'f') => self.word(b"false"),
            Some(b'n') => self.word(b"null"),
            _ => Err(JsonFault::Syntax),
        }
    }

    fn word(&mut self, word: &[u8]) -> Result<(), JsonFault> {
        if self.bytes[self.at..].starts_with(word) {
            self.at += word.len();
            Ok(())
        } else {
            Err(JsonFault::Syntax)
        }
    }

    /// A string behind its first quote, up to behind its last; whether it has a backslash.
    fn string(&mut self) -> Result<bool, JsonFault> {
        let mut escaped = false;
        loop {
            self.at += plain(&self.bytes[self.at..]);
            let byte = self.peek().ok_or(JsonFault::Syntax)?;
            self.at += 1;
            match byte {
                b'"' => return Ok(escaped),
                b'\\' => {
                    escaped = true;
                    self.escape()?;
                }
                _ => return Err(JsonFault::Syntax),
            }
        }
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Result<(), JsonFault> {
        let byte = self.peek().ok_or(JsonFault::Syntax)?;
        self.at += 1;
        match byte {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(()),
            b'u' => match self.unit()? {
                0xD800..=0xDBFF => {
                    self.word(br"\u")?;
                    match self.unit()? {
                        0xDC00..=0xDFFF => Ok(()),
                        _ => Err(JsonFault::Syntax),
                    }
                }
                0xDC00..=0xDFFF => Err(JsonFault::Syntax),
                _ => Ok(()),
            },
            _ => Err(JsonFault::Syntax),
        }
    }

    /// The four digits of a UTF-16 unit.
    fn unit(&mut self) -> Result<u32, JsonFault> {
        let digits = self.bytes.get(self.at..self.at + 4);
        let unit = digits
            .ok_or(JsonFault::Syntax)?
            .iter()
            .try_fold(0, |unit, digit| {
                char::from(*digit)
                    .to_digit(16)
                    .map(|digit| unit << 4 | digit)
            });
        self.at += 4;
        unit.ok_or(JsonFault::Syntax)
    }

    fn number(&mut self) -> Result<(), JsonFault> {
        /// Longer ones, and those with an exponent, may be more than a double holds.
        const SURELY_FINITE: usize = 300;
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        let mut plain = true;
        if let Some(b'e' | b'E') = self.peek() {
            plain = false;
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        if plain && self.at - start <= SURELY_FINITE {
            return Ok(());
        }
        match self.text[start..self.at].parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(()),
            _ => Err(JsonFault::Syntax),
        }
    }

    /// At least one.
    fn digits(&mut self) -> Result<(), JsonFault> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start {
            Err(JsonFault::Syntax)
        } else {
            Ok(())
        }
    }

    fn raw_name(&self, member: &Member) -> &[u8] {
        raw(self.text, member.name)
    }

    fn name(&self, member: &Member) -> &str {
        slice(self.text, member.name)
    }

    fn same_name(&self, one: &Member, other: &Member) -> bool {
        if one.escaped || other.escaped {
            Text::new(self.name(one)).decode() == Text::new(self.name(other)).decode()
        } else {
            self.raw_name(one) == self.raw_name(other)
        }
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
                        assert_eq!(plain(&text), first.unwrap_or(length), "{text:?}");
                    }
                }
            }
        }
    }
}
