use std::{borrow::Cow, fmt};

use super::{name::bare, percent};
use crate::{Error, MAX_CHUNKS, MAX_COOKIE_HEADER, MAX_COOKIES, error::at_most, secret::number};

/// The cookies of a request, of which one is asked for by its exact name.
///
/// Better Auth has two readers: a session is the *first* cookie of its name, a part of a cache the *last* one. A
/// neighbouring sub-domain can add a cookie before or behind; so two that differ are refused here, and two that are
/// the same are one.
#[derive(Clone)]
pub struct CookieHeader<'a> {
    pairs: Vec<(&'a str, &'a str)>,
}

impl<'a> CookieHeader<'a> {
    /// Reads all `Cookie` lines of a request: HTTP/2 may bring several (RFC 9113 §8.2.3). Anything that is no pair
    /// is passed over: other programs of the same site set cookies too.
    ///
    /// # Errors
    /// [`Error::TooLarge`].
    pub fn parse(lines: impl IntoIterator<Item = &'a str>) -> Result<Self, Error> {
        let mut size = 0;
        let mut pairs = Vec::new();
        for line in lines {
            size += line.len();
            at_most(size, MAX_COOKIE_HEADER, "`Cookie` header")?;
            for pair in line.split(';') {
                if let Some((name, value)) = pair.split_once('=') {
                    at_most(pairs.len() + 1, MAX_COOKIES, "number of cookies")?;
                    pairs.push((trim(name), trim(value)));
                }
            }
        }
        Ok(Self { pairs })
    }

    /// The value of a cookie, with its escapes resolved.
    ///
    /// # Errors
    /// [`Error::CookieMissing`], or [`Error::CookieOtherPrefix`] where it came under another prefix;
    /// [`Error::CookieAmbiguous`], [`Error::CookieMalformed`].
    pub fn one(&self, name: &str) -> Result<Cow<'a, str>, Error> {
        if let Some(value) = self.raw(name)? {
            return read(name, value);
        }
        let other = |(found, value): &&(&str, &str)| bare(found) == bare(name) && !value.is_empty();
        Err(match self.pairs.iter().find(other) {
            Some((found, _)) => Error::CookieOtherPrefix {
                expected: name.to_owned(),
                found: (*found).to_owned(),
            },
            None => Error::CookieMissing {
                name: name.to_owned(),
            },
        })
    }

    /// The value of a cookie that may come in parts, `name.0`, `name.1` and so on, as a cookie cache does. A whole one
    /// goes before its parts, as with Better Auth.
    ///
    /// # Errors
    /// As [`Self::one`]; [`Error::ChunkMissing`] where the parts are not all the numbers from 0 on, which Better Auth
    /// would join all the same.
    pub fn joined(&self, name: &str) -> Result<Cow<'a, str>, Error> {
        if self.raw(name)?.is_some() {
            return self.one(name);
        }
        let mut parts: Vec<u64> = self
            .pairs
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .filter_map(|(found, _)| number(found.strip_prefix(name)?.strip_prefix('.')?))
            .collect();
        parts.sort_unstable();
        parts.dedup();
        if parts.is_empty() {
            return self.one(name);
        }
        at_most(parts.len(), MAX_CHUNKS, "number of parts of a cookie")?;
        let mut joined = String::new();
        for (index, part) in parts.into_iter().enumerate() {
            if part != index as u64 {
                return Err(Error::ChunkMissing {
                    name: name.to_owned(),
                    index,
                });
            }
            joined.push_str(&self.one(&format!("{name}.{index}"))?);
        }
        Ok(joined.into())
    }

    /// The value as it was sent; `None` for one that is absent or empty, as a cookie is after its deletion.
    fn raw(&self, name: &str) -> Result<Option<&'a str>, Error> {
        let mut values = self
            .pairs
            .iter()
            .filter_map(|(found, value)| (*found == name).then_some(*value));
        let first = values.next();
        if values.any(|value| Some(value) != first) {
            return Err(Error::CookieAmbiguous {
                name: name.to_owned(),
            });
        }
        Ok(first.filter(|value| !value.is_empty()))
    }
}

/// Shows no value, and no names either: they are the visitor's.
impl fmt::Debug for CookieHeader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CookieHeader({} cookies)", self.pairs.len())
    }
}

/// What stands between the quotes, if there are any, with its escapes resolved (RFC 6265 §4.1.1).
fn read<'a>(name: &str, value: &'a str) -> Result<Cow<'a, str>, Error> {
    let malformed = |fault| Error::CookieMalformed {
        name: name.to_owned(),
        fault,
    };
    let unquoted = match value.strip_prefix('"') {
        Some(rest) => rest
            .strip_suffix('"')
            .ok_or_else(|| malformed("has a quote that does not end"))?,
        None => value,
    };
    let octet = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\');
    if !unquoted.bytes().all(octet) {
        return Err(malformed("has characters that a cookie cannot have"));
    }
    percent::decode(unquoted).ok_or_else(|| malformed("has an escape that is not whole"))
}

/// Without the optional white space around (RFC 9110 §5.6.3).
fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn joined(header: &str) -> Result<String, &'static str> {
        let header = CookieHeader::parse([header]).map_err(|error| error.code())?;
        header
            .joined("data")
            .map(Cow::into_owned)
            .map_err(|error| error.code())
    }

    #[test]
    fn parts_are_joined_by_their_numbers() {
        assert_eq!(joined("data.1=b; data.0=a; data.2=c"), Ok("abc".into()));
        assert_eq!(joined("data.0=%61; data.1=b"), Ok("ab".into()));
        let many: Vec<String> = (0..12)
            .map(|index| format!("data.{index}={index}."))
            .collect();
        assert_eq!(
            joined(&many.join("; ")),
            Ok("0.1.2.3.4.5.6.7.8.9.10.11.".into())
        );
    }

    #[test]
    fn a_whole_one_goes_before_its_parts() {
        assert_eq!(joined("data.0=a; data=whole; data.1=b"), Ok("whole".into()));
        assert_eq!(joined("data=; data.0=a"), Ok("a".into()));
    }

    #[test]
    fn parts_that_are_not_all_there_are_refused() {
        assert_eq!(joined("data.0=a; data.2=c"), Err("chunk-missing"));
        assert_eq!(joined("data.1=b"), Err("chunk-missing"));
        assert_eq!(joined("data.0=a; data.0=b"), Err("cookie-ambiguous"));
        assert_eq!(
            joined("data.00=a; data.x=b; data.=c; data.-1=d"),
            Err("cookie-missing")
        );
        let many: Vec<String> = (0..=MAX_CHUNKS)
            .map(|index| format!("data.{index}=a"))
            .collect();
        assert_eq!(joined(&many.join(";")), Err("too-large"));
    }

    #[test]
    fn the_lines_of_a_request_are_one_list() {
        let header = CookieHeader::parse(["a=1", "b=2; a=3"]).unwrap();
        assert_eq!(header.one("b").unwrap(), "2");
        assert_eq!(header.one("a").unwrap_err().code(), "cookie-ambiguous");
    }

    #[test]
    fn a_header_without_end_is_refused() {
        let long = format!("a={}", "x".repeat(MAX_COOKIE_HEADER));
        let many = "a=1;".repeat(MAX_COOKIES + 1);
        for header in [long, many] {
            assert_eq!(
                CookieHeader::parse([header.as_str()]).unwrap_err().code(),
                "too-large"
            );
        }
    }

    #[test]
    fn the_other_prefix_is_told_and_not_taken() {
        let header = CookieHeader::parse(["__Secure-a=1; __Host-b=2; c=3"]).unwrap();
        for (expected, found) in [
            ("a", "__Secure-a"),
            ("__Secure-b", "__Host-b"),
            ("__Secure-c", "c"),
        ] {
            let error = Error::CookieOtherPrefix {
                expected: expected.into(),
                found: found.into(),
            };
            assert_eq!(header.one(expected), Err(error));
        }
    }

    #[test]
    fn no_cookie_is_shown() {
        let header = CookieHeader::parse(["name=made-up-value"]).unwrap();
        assert_eq!(format!("{header:?}"), "CookieHeader(1 cookies)");
    }

    proptest! {
        #[test]
        fn any_header_is_read_or_refused(lines in proptest::collection::vec("[a.=;\"%0-9 \u{0}-\u{ff}]{0,40}", 0..4)) {
            if let Ok(header) = CookieHeader::parse(lines.iter().map(String::as_str)) {
                for name in ["a", "a.0", ""] {
                    let _ = header.one(name);
                    let _ = header.joined(name);
                }
            }
        }

        #[test]
        fn a_cookie_that_is_sent_alone_is_found(name in "[a-z_.-]{1,9}", value in any::<String>()) {
            let line = format!("x=1; {name}={}; y=2", percent::encode(&value));
            prop_assume!(!value.is_empty() && name != "x" && name != "y");
            let header = CookieHeader::parse([line.as_str()]).unwrap();
            prop_assert_eq!(header.one(&name).unwrap(), value);
        }
    }
}
