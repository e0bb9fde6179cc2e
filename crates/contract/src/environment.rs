//! What differs between deployments: the variables around a program, and whether it is being developed.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

use crate::Fault;
use crate::form::words;

words! {
    /// Whether a `development` value of the contract counts.
    pub enum Mode {
        /// On the machine of who writes the program.
        Development = "development",
        /// Anywhere else.
        Production = "production",
    }
}

impl Mode {
    /// The variable that settles the mode.
    pub const VARIABLE: &str = "BETROTH_MODE";

    /// The mode that `variable` asks for, else the one of the address that the program listens on: development on
    /// loopback, production elsewhere, and production where the address is not known.
    ///
    /// # Errors
    /// `variable` is neither of the two words.
    pub fn decide(variable: Option<&str>, listens_on: Option<IpAddr>) -> Result<Self, Fault> {
        match variable.filter(|text| !text.is_empty()) {
            // What a variable holds is not told.
            Some(text) => text.parse().map_err(|_: Fault| {
                Fault::new(
                    format!("`{}` holds no mode", Self::VARIABLE),
                    "",
                    "set it to `development` or `production`, or unset it",
                )
            }),
            None if listens_on.is_some_and(|address| address.is_loopback()) => {
                Ok(Self::Development)
            }
            None => Ok(Self::Production),
        }
    }
}

/// The variables around a program, with its mode.
///
/// `Debug` shows their names alone.
#[derive(Clone)]
pub struct Environment {
    mode: Mode,
    variables: BTreeMap<String, String>,
}

impl Environment {
    /// An environment of these variables; an empty one counts as not set.
    pub fn new(mode: Mode, variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let set = variables.into_iter().filter(|(_, text)| !text.is_empty());
        Self {
            mode,
            variables: set.collect(),
        }
    }

    /// The mode.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// What a variable holds.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment")
            .field("mode", &self.mode)
            .field("variables", &self.variables.keys())
            .finish()
    }
}
