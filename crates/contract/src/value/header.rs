use std::fmt;
use std::str::FromStr;

use crate::Fault;
use crate::form::text;
use crate::wording::quoted;

/// Name of a header of answers (RFC 9110 §5.1); the case of its letters makes no difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderName(String);

/// What follows from something else, or is of one answer alone.
const NOT_OF_ALL: &[&str] = &[
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "location",
    "set-cookie",
    "transfer-encoding",
    "www-authenticate",
];

impl HeaderName {
    /// The name as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the same name.
    pub fn is(&self, name: &str) -> bool {
        self.0.eq_ignore_ascii_case(name)
    }
}

impl fmt::Display for HeaderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for HeaderName {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+.^_`|~-".contains(&byte);
        if text.is_empty() || !text.bytes().all(letter) {
            return Err(Fault::new(
                format!("is {}, no name of a header", quoted(text)),
                "",
                "write a name without spaces and colon, as in `Cross-Origin-Opener-Policy`",
            ));
        }
        let lower = text.to_ascii_lowercase();
        if lower.starts_with("access-control-") {
            return Err(Fault::new(
                "follows from the origins",
                "the same for every page, it would let in who is not meant, or nobody",
                "write the origins that may call into `web.origins`",
            ));
        }
        if NOT_OF_ALL.contains(&lower.as_str()) {
            return Err(Fault::new(
                "is a matter of each answer",
                "the same for all of them, it would break some",
                "have the handler send it that means it",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

/// Value of a header: printable ASCII, spaces inside; the empty text stands for no header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderValue(String);

impl HeaderValue {
    /// The value as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the header is not to be sent.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for HeaderValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for HeaderValue {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let printable = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
        if text.trim() != text || !text.bytes().all(printable) {
            return Err(Fault::new(
                "holds what no header does",
                "a line break in it would begin another header, or the body",
                "write it in one line of plain letters, without spaces around it",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

text!(
    HeaderValue,
    "same-origin",
    "value of a header; the empty text leaves it out",
    "^([!-~]([ -~]*[!-~])?)?$"
);
