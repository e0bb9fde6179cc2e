//! A value that a source reads from the environment, or writes out.

use std::str::FromStr;

use betroth_contract::value::{EnvironmentName, Identifier, Url};
use betroth_report::Place;
use betroth_source_typescript::Text;

use super::draft::{Basis, quoted, shown};

/// A value that comes from a variable, with what holds in development.
pub(crate) fn variable(name: &str, development: Option<&str>) -> String {
    match development {
        Some(development) => format!(
            "{{ env = {}, development = {} }}",
            quoted(name),
            quoted(development)
        ),
        None => format!("{{ env = {} }}", quoted(name)),
    }
}

/// An address as a source has it: the variable, and what stands where that is not set.
#[derive(Clone, Copy)]
pub(crate) struct Address<'a> {
    pub(crate) variable: Option<&'a str>,
    pub(crate) literal: Option<&'a str>,
    pub(crate) place: &'a Place,
}

impl<'a> Address<'a> {
    pub(crate) fn of(text: &'a Text) -> Self {
        Self {
            variable: text.environment.as_deref(),
            literal: Some(&text.value),
            place: &text.place,
        }
    }

    /// The literal, if it is a whole address.
    fn url(&self) -> Option<Url> {
        self.literal?.parse().ok()
    }

    /// The literal, if it is an address of this machine.
    pub(crate) fn development(&self) -> Option<Url> {
        self.url().filter(Url::is_loopback)
    }

    /// The value of a key whose usual variable is `name`, and in development `usual`.
    pub(crate) fn setting(self, name: &str, usual: &str) -> Option<(String, Basis)> {
        let read = Basis::Read(self.place.clone());
        let plain = |name: &&str| is::<EnvironmentName>(name);
        match (self.variable.filter(plain), self.development(), self.url()) {
            (Some(own), Some(local), _) => Some((variable(own, Some(local.as_str())), read)),
            // What stands for a missing variable in production too is no value for development.
            (Some(own), None, Some(_)) => Some((variable(own, None), read)),
            (Some(own), None, None) => {
                let why = format!(
                    "the variable is read at {}, the address is the usual one",
                    shown(self.place)
                );
                Some((variable(own, Some(usual)), Basis::Guess(why)))
            }
            (None, Some(local), _) => {
                let why = format!(
                    "written out at {}; elsewhere it has to come from a variable",
                    shown(self.place)
                );
                let value = variable(name, Some(local.as_str()));
                Some((value, Basis::Guess(why)))
            }
            (None, None, Some(url)) => Some((quoted(url.as_str()), read)),
            (None, None, None) => None,
        }
    }
}

/// What tells an issuer or an audience, as a source has it.
pub(crate) fn identifier(text: &Text) -> Option<(String, Basis)> {
    let literal = Some(text.value.as_str())
        .filter(|value| !value.contains("{}"))
        .filter(|value| is::<Identifier>(value))
        // An address with a password in it is none that the contract takes elsewhere either.
        .filter(|value| !value.contains("://") || is::<Url>(value));
    let name = text.environment.as_deref();
    let value = match (name.filter(|name| is::<EnvironmentName>(name)), literal) {
        (Some(name), literal) => variable(name, literal),
        (None, Some(literal)) => quoted(literal),
        (None, None) => return None,
    };
    Some((value, Basis::Read(text.place.clone())))
}

/// Whether the contract takes a text as such a value.
pub(crate) fn is<T: FromStr>(text: &str) -> bool {
    text.parse::<T>().is_ok()
}
