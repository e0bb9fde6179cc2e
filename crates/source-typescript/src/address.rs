//! Addresses: the base, told by a variable or a literal, and the path after it.

use crate::{
    Base,
    http::{Opener, Request},
    value::{Piece, Tracer, Words},
};

/// An address in its two parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) base: Base,
    /// `{}` for each part that is not known, without the query.
    pub(crate) path: String,
    /// Whether there is no base: the address goes to the server that the page came from.
    pub(crate) relative: bool,
}

impl Address {
    /// Splits a text into base and path.
    pub(crate) fn new(words: &Words) -> Self {
        let mut pieces = words.pieces.iter().peekable();
        let mut base = Base::default();
        let mut path = String::new();
        let mut relative = false;
        match pieces.peek() {
            Some(Piece::Environment { name, default }) => {
                base.environment = Some(name.clone());
                base.literal = default.as_ref().filter(|text| !text.is_empty()).cloned();
                pieces.next();
            }
            Some(Piece::Text(text)) => {
                if let Some(end) = origin_end(text) {
                    base.literal = Some(text[..end].to_owned());
                    path.push_str(&text[end..]);
                    pieces.next();
                } else {
                    relative = text.starts_with('/');
                }
            }
            Some(Piece::Unknown) => {
                pieces.next();
            }
            _ => {}
        }
        for piece in pieces {
            match piece {
                Piece::Text(text) => path.push_str(text),
                Piece::Environment {
                    default: Some(text),
                    ..
                } if text.starts_with('/') => path.push_str(text),
                _ => path.push_str("{}"),
            }
        }
        let end = path.find(['?', '#']).unwrap_or(path.len());
        path.truncate(end);
        // What is left of `/notes${query}` once the query is cut: a text that follows a segment without a slash.
        while path.ends_with("{}") && !path.ends_with("/{}") && path.len() > 2 {
            path.truncate(path.len() - 2);
        }
        // Generated clients fill `/notes/{note_id}` later.
        if path.contains('{') {
            path = path
                .split('/')
                .map(|part| {
                    if part.starts_with('{') && part.ends_with('}') {
                        "{}"
                    } else {
                        part
                    }
                })
                .collect::<Vec<_>>()
                .join("/");
        }
        if !path.is_empty() && !path.starts_with('/') && !path.starts_with("{}") {
            path.insert(0, '/');
        }
        Self {
            base,
            path,
            relative,
        }
    }

    /// Whether nothing of the address is known.
    pub(crate) fn is_unknown(&self) -> bool {
        !self.relative
            && self.base == Base::default()
            && !self.path.bytes().any(|byte| byte.is_ascii_alphanumeric())
    }

    /// The whole path: that of the base, and what follows.
    pub(crate) fn whole_path(&self) -> String {
        let prefix = self
            .base
            .literal
            .as_deref()
            .and_then(|text| match origin_end(text) {
                Some(end) => text.get(end..),
                None => text.starts_with('/').then_some(text),
            });
        match prefix.map(|prefix| prefix.trim_end_matches('/')) {
            Some(prefix) if !prefix.is_empty() => format!("{prefix}{}", self.path),
            _ => self.path.clone(),
        }
    }

    /// Host and port of the base, where it is a literal or has a default.
    pub(crate) fn host(&self) -> Option<&str> {
        let text = self.base.literal.as_deref()?;
        let (_, rest) = text.split_once("://")?;
        Some(rest.split('/').next().unwrap_or(rest))
    }
}

/// The end of `https://host:port` in a text that starts so.
fn origin_end(text: &str) -> Option<usize> {
    let scheme = ["http://", "https://", "ws://", "wss://"]
        .into_iter()
        .find(|scheme| text.starts_with(scheme))?;
    Some(
        text[scheme.len()..]
            .find(['/', '?'])
            .map_or(text.len(), |at| scheme.len() + at),
    )
}

/// The text of a request's address as the request itself gives it.
pub(crate) fn own_words<'a>(tracer: &Tracer<'_, 'a>, request: &Request<'a>) -> Words {
    request.url.as_ref().map_or_else(Words::default, |at| {
        let object = tracer
            .member_words(at, &["url"])
            .filter(|words| words.pieces != [Piece::Unknown]);
        let plain = tracer.words(at);
        if plain.pieces == [Piece::Unknown] {
            object.unwrap_or(plain)
        } else {
            plain
        }
    })
}

/// The text of a request's address, its client's base in front.
pub(crate) fn request_words<'a>(tracer: &Tracer<'_, 'a>, request: &Request<'a>) -> Words {
    let own = own_words(tracer, request);
    let starts = match own.pieces.first() {
        Some(Piece::Text(text)) => origin_end(text).is_some(),
        Some(Piece::Environment { .. }) => true,
        _ => false,
    };
    if starts {
        return own;
    }
    let Some(base) = request
        .base
        .as_ref()
        .and_then(|(at, name)| tracer.member_words(at, &[name]))
    else {
        return own;
    };
    let mut pieces = base.pieces;
    if request.opener == Opener::PassOn {
        pieces.extend([Piece::Text("/".to_owned()), Piece::Unknown]);
    }
    pieces.extend(own.pieces);
    Words { pieces }
}

/// Whether a path fits a pattern with `{}` for one segment and `{*}` for any number of them.
pub(crate) fn fits(pattern: &str, path: &str) -> bool {
    let mut wanted = pattern.split('/').filter(|part| !part.is_empty());
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    loop {
        match (wanted.next(), parts.next()) {
            (None, None) | (Some("{*}"), _) => return true,
            (Some("{}"), Some(_)) => {}
            (Some(wanted), Some(part)) if wanted == part => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(pieces: Vec<Piece>) -> Address {
        Address::new(&Words { pieces })
    }

    fn text(text: &str) -> Piece {
        Piece::Text(text.to_owned())
    }

    #[test]
    fn origin_and_path_are_told_apart() {
        let address = address(vec![text("https://api.example.com/v1/notes?page=2")]);
        assert_eq!(
            address.base.literal.as_deref(),
            Some("https://api.example.com")
        );
        assert_eq!(address.path, "/v1/notes");
    }

    #[test]
    fn path_of_the_base_counts_for_the_whole_path() {
        let base = Piece::Environment {
            name: "API".to_owned(),
            default: Some("http://localhost:8000/api".to_owned()),
        };
        let address = address(vec![base, text("/notes/"), Piece::Unknown]);
        assert_eq!(address.path, "/notes/{}");
        assert_eq!(address.whole_path(), "/api/notes/{}");
        assert_eq!(address.host(), Some("localhost:8000"));
    }

    #[test]
    fn unknown_query_is_no_part_of_the_path() {
        assert_eq!(address(vec![text("/notes"), Piece::Unknown]).path, "/notes");
    }

    #[test]
    fn pattern_with_a_rest_fits_deeper_paths_only_below_it() {
        assert!(fits("/api/auth/{*}", "/api/auth/sign-in/email"));
        assert!(!fits("/api/auth/{*}", "/api/notes"));
        assert!(fits("/api/notes/{}", "/api/notes/{}"));
        assert!(!fits("/api/notes", "/api/notes/1"));
    }
}
