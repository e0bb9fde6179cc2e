use std::ops::{Deref, Range};

/// A stretch of the contract's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// Line of the first byte, from 1.
    pub line: u32,
    /// Column of the first byte in characters, from 1.
    pub column: u32,
    /// Width in characters, up to the end of that line.
    pub width: u32,
}

/// A value with the key that holds it.
///
/// Reads like the value itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<T> {
    key: String,
    value: T,
    span: Option<Span>,
}

impl<T> Entry<T> {
    pub(crate) fn new(key: String, value: T, span: Option<Span>) -> Self {
        Self { key, value, span }
    }

    /// The key in full, `issuer.base_url`.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Where the value stands; `None` where it is the default.
    pub fn span(&self) -> Option<Span> {
        self.span
    }

    /// The value without its place.
    pub fn into_value(self) -> T {
        self.value
    }

    /// The same key and place with another value.
    pub(crate) fn with<U>(&self, value: U) -> Entry<U> {
        Entry::new(self.key.clone(), value, self.span)
    }
}

impl<T> Entry<Option<T>> {
    /// The entry, where something is written.
    pub fn written(self) -> Option<Entry<T>> {
        let value = self.value?;
        Some(Entry::new(self.key, value, self.span))
    }
}

impl<T> Deref for Entry<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// Where the lines of a text begin.
pub(crate) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            text,
            starts: std::iter::once(0).chain(breaks).collect(),
        }
    }

    /// The span of a range of bytes, cut to the text.
    pub(crate) fn span(&self, range: &Range<usize>) -> Span {
        let start = self.text.floor_char_boundary(range.start);
        let end = self.text.ceil_char_boundary(range.end.max(start));
        let line = self.starts.partition_point(|&begin| begin <= start);
        let begin = self.starts[line - 1];
        let first_line = self.text[start..end].lines().next().unwrap_or_default();
        Span {
            start,
            end,
            line: count(line),
            column: count(self.text[begin..start].chars().count() + 1),
            width: count(first_line.chars().count()),
        }
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
