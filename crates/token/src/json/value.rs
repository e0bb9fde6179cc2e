use super::scan::{Member, raw, slice};
use super::text::Text;
use crate::bytes::find;

/// A value, read from where it stands.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number as it is written; a double holds it.
    Number(&'a str),
    /// A string.
    Text(Text<'a>),
    /// An array.
    Array(Array<'a>),
    /// An object.
    Object(Object<'a>),
}

impl<'a> Value<'a> {
    /// What stands at `span` of a text that was scanned, `depth` deep; `escaped` says of a string whether it has a
    /// backslash. `members` has those of every object in it, in the order of the text, and may have others.
    #[inline]
    fn new(
        text: &'a str,
        span: (u32, u32),
        escaped: bool,
        members: &'a [Member],
        depth: u8,
    ) -> Self {
        match raw(text, span).first() {
            Some(b'"') => Self::Text(Text::new(slice(text, (span.0 + 1, span.1 - 1)), escaped)),
            Some(b'{') => Self::Object(Object {
                text,
                span,
                members: within(members, span),
                depth,
            }),
            Some(b'[') => Self::Array(Array {
                text,
                span,
                members: within(members, span),
                depth,
            }),
            Some(b't') => Self::Bool(true),
            Some(b'f') => Self::Bool(false),
            Some(b'n') | None => Self::Null,
            Some(_) => Self::Number(slice(text, span)),
        }
    }

    /// The string, if it is one.
    pub fn text(self) -> Option<Text<'a>> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The object, if it is one.
    pub fn object(self) -> Option<Object<'a>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The array, if it is one.
    pub fn array(self) -> Option<Array<'a>> {
        match self {
            Self::Array(array) => Some(array),
            _ => None,
        }
    }
}

/// An object; each name stands in it once.
#[derive(Clone, Copy, Debug)]
pub struct Object<'a> {
    text: &'a str,
    span: (u32, u32),
    members: &'a [Member],
    depth: u8,
}

impl<'a> Object<'a> {
    pub(super) fn root(text: &'a str, members: &'a [Member]) -> Self {
        let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
        Self {
            text,
            span: (0, end),
            members,
            depth: 1,
        }
    }

    /// The JSON of the object.
    pub fn as_json(self) -> &'a str {
        slice(self.text, self.span)
    }

    /// What the member `name` holds.
    pub fn get(self, name: &str) -> Option<Value<'a>> {
        let index = self.members.iter().position(|member| {
            member.depth == self.depth && {
                if member.name_escaped {
                    member.name(self.text) == *name
                } else {
                    raw(self.text, member.name) == name.as_bytes()
                }
            }
        })?;
        Some(self.value(index))
    }

    /// Finds those members to whose names `place` gives a place below `N`, in one pass.
    #[inline]
    pub(crate) fn pick<const N: usize>(
        self,
        place: impl Fn(&[u8]) -> Option<usize>,
    ) -> Picked<'a, N> {
        let mut found = [None; N];
        for (index, member) in self.members.iter().enumerate() {
            if member.depth != self.depth {
                continue;
            }
            let place = if member.name_escaped {
                place(member.name(self.text).decode().as_bytes())
            } else {
                place(raw(self.text, member.name))
            };
            if let Some(slot) = place.and_then(|place| found.get_mut(place)) {
                *slot = u32::try_from(index).ok();
            }
        }
        Picked {
            object: self,
            found,
        }
    }

    /// Each member with what it holds, in the order of the text.
    pub fn members(self) -> impl Iterator<Item = (Text<'a>, Value<'a>)> {
        let own = move |(_, member): &(usize, &Member)| member.depth == self.depth;
        let members = self.members.iter().enumerate().filter(own);
        members.map(move |(index, member)| (member.name(self.text), self.value(index)))
    }

    fn value(self, index: usize) -> Value<'a> {
        let member = &self.members[index];
        let members = &self.members[index + 1..];
        Value::new(
            self.text,
            member.value,
            member.value_escaped,
            members,
            self.depth + 1,
        )
    }
}

/// Members of an object, each at the place that was given to its name.
#[derive(Clone, Copy)]
pub(crate) struct Picked<'a, const N: usize> {
    object: Object<'a>,
    found: [Option<u32>; N],
}

impl<'a, const N: usize> Picked<'a, N> {
    /// What the member at `place` holds.
    #[inline]
    pub(crate) fn get(&self, place: usize) -> Option<Value<'a>> {
        let index = self.found[place]?;
        Some(self.object.value(index as usize))
    }
}

/// An array.
#[derive(Clone, Copy, Debug)]
pub struct Array<'a> {
    text: &'a str,
    span: (u32, u32),
    members: &'a [Member],
    depth: u8,
}

impl<'a> Array<'a> {
    /// The JSON of the array.
    pub fn as_json(self) -> &'a str {
        slice(self.text, self.span)
    }

    /// Each element, in order.
    pub fn elements(self) -> impl Iterator<Item = Value<'a>> {
        let mut at = self.span.0 as usize + 1;
        let bytes = self.text.as_bytes();
        std::iter::from_fn(move || {
            while let b' ' | b'\t' | b'\n' | b'\r' | b',' = bytes.get(at)? {
                at += 1;
            }
            if bytes[at] == b']' {
                return None;
            }
            let start = at;
            at = end_of_value(bytes, start);
            let span = (u32::try_from(start).ok()?, u32::try_from(at).ok()?);
            let escaped = find(b'\\', &bytes[start..at]).is_some();
            let (text, members) = (self.text, self.members);
            Some(Value::new(text, span, escaped, members, self.depth + 1))
        })
    }
}

/// Those of `members`, which stand in the order of the text, that stand in `span`.
fn within(members: &[Member], span: (u32, u32)) -> &[Member] {
    let first = members.partition_point(|member| member.name.0 < span.0);
    let members = &members[first..];
    &members[..members.partition_point(|member| member.name.0 < span.1)]
}

/// Behind the value that begins at `start`, in a text that was scanned.
fn end_of_value(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    let mut open = 0_usize;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at += 1;
                while let Some(inner) = bytes.get(at).filter(|inner| **inner != b'"') {
                    at += if *inner == b'\\' { 2 } else { 1 };
                }
                if open == 0 {
                    return at + 1;
                }
            }
            b'{' | b'[' => open += 1,
            b'}' | b']' => {
                if open <= 1 {
                    return at + open;
                }
                open -= 1;
            }
            b',' | b' ' | b'\t' | b'\n' | b'\r' if open == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    at
}
