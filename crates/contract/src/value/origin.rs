use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde_json::{Value, json};

use super::Url;
use crate::error::Fault;
use crate::form::{Form, read_text, text};
use crate::node::Node;
use crate::reader::Reader;
use crate::wording::quoted;

/// Scheme, host and port, byte for byte as a browser sends them in `Origin` (RFC 6454 §6.1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(String);

impl Origin {
    /// Takes a text that [`Url`] has made.
    pub(super) fn new(text: String) -> Self {
        Self(text)
    }

    /// The origin as it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is this machine: `localhost`, or an address that never leaves it.
    pub fn is_loopback(&self) -> bool {
        let host = self.0.split_once("://").map_or("", |(_, host)| host);
        let host = match host.strip_prefix('[').and_then(|host| host.split_once(']')) {
            Some((address, _)) => address,
            None => host.split_once(':').map_or(host, |(host, _)| host),
        };
        match host.parse::<IpAddr>() {
            Ok(address) => address.is_loopback(),
            Err(_) => host == "localhost" || host.ends_with(".localhost"),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Origin {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        if text.contains('*') {
            return Err(Fault::new(
                format!("is {}, which stands for more than one origin", quoted(text)),
                "any page of such a host could call the API in a person's name",
                "write every origin in full",
            ));
        }
        let url: Url = text.parse()?;
        if !url.path().is_empty() || text.contains('?') {
            return Err(Fault::new(
                format!("is {}, which goes on after the host", quoted(text)),
                "a browser sends no path, so the comparison would never hold",
                format!("write `{}`", url.origin()),
            ));
        }
        Ok(url.origin().clone())
    }
}

text!(
    Origin,
    "http://localhost:3000",
    "scheme, host and port",
    "^[hH][tT][tT][pP][sS]?://[^@#/?*\\s]+$"
);

/// A list of origins; in the environment with commas between.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Origins(Vec<Origin>);

impl Origins {
    /// Each of them.
    pub fn as_slice(&self) -> &[Origin] {
        &self.0
    }
}

impl FromStr for Origins {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let parts = text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty());
        Ok(Self(parts.map(str::parse).collect::<Result<_, _>>()?))
    }
}

/// A list, or one text.
impl Form for Origins {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        if node.is_text() {
            return read_text(node, reader);
        }
        Vec::read(node, reader).map(Self)
    }

    fn example() -> String {
        Vec::<Origin>::example()
    }

    fn schema() -> Value {
        json!({ "anyOf": [Vec::<Origin>::schema(), { "type": "string" }] })
    }
}
