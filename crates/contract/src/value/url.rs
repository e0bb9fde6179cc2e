use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use super::Origin;
use crate::Fault;
use crate::form::text;
use crate::wording::quoted;

/// An `http` or `https` address without credentials and fragment, kept as it was written.
///
/// Stricter than a browser: what a browser would silently rewrite into another host is refused.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Url {
    text: String,
    origin: Origin,
    /// Byte at which the path begins; the length of the text where there is none.
    path: usize,
}

impl Url {
    /// The address as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Scheme, host and port in the form that a browser sends.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The path without the query; empty or `/` where there is none.
    pub fn path(&self) -> &str {
        let path = &self.text[self.path..];
        path.split_once('?').map_or(path, |(path, _)| path)
    }

    /// Whether it leads to this machine.
    pub fn is_loopback(&self) -> bool {
        self.origin.is_loopback()
    }

    /// The address with `path` put after its own; a query is left out.
    pub(crate) fn join(&self, path: &str) -> Self {
        let own = self.path().trim_end_matches('/');
        Self {
            text: format!("{}{own}{path}", &self.text[..self.path]),
            ..self.clone()
        }
    }

    /// The address at the same origin with `path` as its path.
    pub(crate) fn at(&self, path: &str) -> Self {
        Self {
            text: format!("{}{path}", &self.text[..self.path]),
            ..self.clone()
        }
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Url {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let help = "write an address such as `https://app.example.com`";
        let (scheme, rest) = text
            .split_once("://")
            .map(|(scheme, rest)| (scheme.to_ascii_lowercase(), rest))
            .filter(|(scheme, _)| scheme == "http" || scheme == "https")
            .ok_or_else(|| {
                let says = format!("is {}, no address of `http` or `https`", quoted(text));
                Fault::new(says, "", help)
            })?;
        if let Some(odd) = text.chars().find(|&letter| !is_plain(letter)) {
            let says = format!("has `{}` in its address", odd.escape_debug());
            return Err(Fault::new(
                says,
                "programs disagree on where such an address leads",
                "write it percent-encoded, a host in punycode",
            ));
        }
        if rest.contains('#') {
            let why = "what stands after `#` is never sent";
            return Err(Fault::new("has a `#`", why, "leave out what begins there"));
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let authority = &rest[..end];
        if authority.contains('@') {
            return Err(Fault::new(
                "holds a name or password before the host",
                "it would stand in the repository, and in every log that names the address",
                help,
            ));
        }
        let authority = host_and_port(&scheme, authority)
            .map_err(|says| Fault::new(format!("has {says}"), "", help))?;
        Ok(Self {
            origin: Origin::new(format!("{scheme}://{authority}")),
            path: scheme.len() + 3 + end,
            text: text.to_owned(),
        })
    }
}

text!(
    Url,
    "https://app.example.com",
    "an http or https address",
    "^[hH][tT][tT][pP][sS]?://[^@#\\s]+$"
);

/// What may stand in an address by RFC 3986.
fn is_plain(letter: char) -> bool {
    letter.is_ascii_graphic()
        && !matches!(letter, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}')
}

/// Host and port as a browser writes them: lower case, the scheme's own port left out.
fn host_and_port(scheme: &str, authority: &str) -> Result<String, &'static str> {
    let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
        let (address, port) = rest.split_once(']').ok_or("a `[` that is not closed")?;
        let address: Ipv6Addr = address.parse().map_err(|_| "no IPv6 address in `[…]`")?;
        (format!("[{address}]"), port)
    } else {
        let end = authority.find(':').unwrap_or(authority.len());
        (host_name(&authority[..end])?, &authority[end..])
    };
    if port.is_empty() {
        return Ok(host);
    }
    let digits = port
        .strip_prefix(':')
        .filter(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
    let port: Option<u16> = digits.and_then(|digits| digits.parse().ok());
    let port = port.ok_or("no number from 0 to 65535 as its port")?;
    Ok(match (scheme, port) {
        ("http", 80) | ("https", 443) => host,
        _ => format!("{host}:{port}"),
    })
}

fn host_name(host: &str) -> Result<String, &'static str> {
    let label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    if host.is_empty() {
        return Err("no host");
    }
    let labels = host.strip_suffix('.').unwrap_or(host);
    if !labels.split('.').all(label) {
        return Err("a host that is no name");
    }
    // A browser takes `127.1` and `0x7f.1` for 127.0.0.1; here only the plain form is an IPv4 address.
    let last = labels.rsplit('.').next().unwrap_or_default();
    let numeric = last.starts_with(|first: char| first.is_ascii_digit())
        && (last.bytes().all(|byte| byte.is_ascii_digit())
            || last.to_ascii_lowercase().starts_with("0x"));
    if numeric && host.parse::<Ipv4Addr>().is_err() {
        return Err("a host that is neither a name nor an IPv4 address");
    }
    Ok(host.to_ascii_lowercase())
}
