use std::fmt;

use crate::{Place, mask};

/// What a person should know of the run itself: a part that was not looked at, an exception that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Notice {
    /// Where.
    pub place: Place,
    /// What is wrong there.
    pub message: String,
    /// What to do; empty where the message says it.
    pub help: String,
}

impl Notice {
    /// A notice whose words hold nothing that looks like a secret.
    pub fn new(place: Place, message: impl AsRef<str>, help: impl AsRef<str>) -> Self {
        Self {
            place,
            message: mask::text(message.as_ref()),
            help: mask::text(help.as_ref()),
        }
    }
}

/// The words without the place.
impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if !self.help.is_empty() {
            write!(f, "; {}", self.help)?;
        }
        Ok(())
    }
}
