use std::fmt;
use std::str::FromStr;

use crate::Fault;
use crate::form::text;
use crate::wording::quoted;

/// Where a fact stands among the claims; dots for nesting: `realm_access.roles`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClaimPath(String);

impl ClaimPath {
    /// The path as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The names from the outermost claim inwards; at least one.
    pub fn steps(&self) -> impl Iterator<Item = &str> {
        self.0.split('.')
    }
}

impl fmt::Display for ClaimPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ClaimPath {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let step = |step: &str| !step.is_empty() && !step.contains(char::is_control);
        if text.trim() != text || !text.split('.').all(step) {
            return Err(Fault::new(
                format!("is {}, which names no claim", quoted(text)),
                "",
                "write a claim's name, with dots for nesting, as in `realm_access.roles`",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

text!(
    ClaimPath,
    "sub",
    "a claim; dots for nesting",
    "^[^.]+(\\.[^.]+)*$"
);
