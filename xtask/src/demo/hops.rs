//! Who asked whom, from what both sides print of a request. Never what a request holds: no query, no header, no body.

use std::fmt;

/// One request, from one side to another.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hop {
    from: &'static str,
    to: &'static str,
    method: String,
    path: String,
    status: String,
    time: String,
}

/// The request that a line tells of, if it does. Next.js prints ` GET /notes 200 in 34ms (…)`, and the API through
/// `hops.py` `hop browser GET /notes 200 34`.
pub(super) fn read(line: &str) -> Option<Hop> {
    let mut words = line.split_whitespace();
    let mut word = || words.next();
    let first = word()?;
    if first == "hop" {
        let from = match word()? {
            "browser" => "browser",
            "web" => "web",
            _ => "other",
        };
        return hop(
            from,
            "api",
            word()?,
            word()?,
            word()?,
            &format!("{}ms", word()?),
        );
    }
    let (path, status) = (word()?, word()?);
    if word()? != "in" {
        return None;
    }
    // The key set is what the API asks for; no page does.
    let from = if path.starts_with("/api/auth/jwks") {
        "api"
    } else {
        "browser"
    };
    hop(from, "web", first, path, status, word()?)
}

fn hop(
    from: &'static str,
    to: &'static str,
    method: &str,
    path: &str,
    status: &str,
    time: &str,
) -> Option<Hop> {
    let is_method = !method.is_empty() && method.bytes().all(|it| it.is_ascii_uppercase());
    let is_status = status.len() == 3 && status.bytes().all(|it| it.is_ascii_digit());
    (is_method && is_status && path.starts_with('/')).then(|| Hop {
        from,
        to,
        method: method.to_owned(),
        path: shown(path),
        status: status.to_owned(),
        time: time.to_owned(),
    })
}

/// A path without its query; what is long in it is a name that nobody reads, such as that of an invitation.
fn shown(path: &str) -> String {
    const LONGEST: usize = 20;
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let segments = path
        .split('/')
        .map(|it| if it.len() > LONGEST { "…" } else { it });
    segments.collect::<Vec<_>>().join("/")
}

impl fmt::Display for Hop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            from,
            to,
            method,
            path,
            status,
            time,
        } = self;
        write!(f, "{from:>7} → {to}  {method:<6} {path}  {status}  {time}")?;
        match path.as_str() {
            _ if status != "200" => Ok(()),
            "/api/auth/token" => f.write_str("  (a token for the API)"),
            "/api/auth/jwks" => f.write_str("  (the keys that tokens are verified with)"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: &str) -> String {
        read(line).map(|hop| hop.to_string()).unwrap_or_default()
    }

    #[test]
    fn requests_are_told_by_who_asked() {
        assert_eq!(
            told(" GET /notes 200 in 34ms (next.js: 3ms)"),
            "browser → web  GET    /notes  200  34ms"
        );
        assert_eq!(
            told(" GET /api/auth/jwks 200 in 5ms"),
            "    api → web  GET    /api/auth/jwks  200  5ms  (the keys that tokens are verified with)"
        );
        assert_eq!(
            told("hop browser PUT /notes/3 412 4"),
            "browser → api  PUT    /notes/3  412  4ms"
        );
        assert_eq!(
            told("hop other GET /docs 200 1"),
            "  other → api  GET    /docs  200  1ms"
        );
        assert_eq!(
            told(" GET /api/auth/token 401 in 5ms"),
            "browser → web  GET    /api/auth/token  401  5ms"
        );
        assert_eq!(
            told("hop web GET /overview 403 2"),
            "    web → api  GET    /overview  403  2ms"
        );
    }

    #[test]
    fn neither_queries_nor_long_names_are_shown() {
        assert_eq!(
            told(" GET /sign-in?next=%2Fjoin&code=secret 200 in 1ms"),
            "browser → web  GET    /sign-in  200  1ms"
        );
        assert_eq!(
            told(" GET /join/gEH4tpJ87HjcN8SDRwvlp1yg0bCmztFl 200 in 1ms"),
            "browser → web  GET    /join/…  200  1ms"
        );
    }

    #[test]
    fn other_lines_are_no_requests() {
        for line in [
            "",
            "INFO:     Started",
            "✓ Ready in 409ms",
            "GET /notes",
            "hop",
            "eyJhbGciOi in 200 in",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
