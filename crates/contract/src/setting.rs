//! A value that stands in the contract, or comes from the environment.

use std::str::FromStr;

use serde_json::{Value, json};

use crate::Entry;
use crate::environment::{Environment, Mode};
use crate::error::{ContractError, ErrorKind, Fault};
use crate::form::Form;
use crate::node::{Node, Shape};
use crate::reader::Reader;
use crate::schema;
use crate::value::{EnvironmentName, SecretText};
use crate::wording::listed;

/// A literal, or the name of an environment variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting<T> {
    /// The same in every deployment.
    Literal(T),
    /// From the environment.
    Environment {
        /// Variables that mean the same; where several are set they must agree.
        names: Names,
        /// What holds in development where none is set.
        development: Option<T>,
    },
}

impl<T> Setting<T> {
    /// The variables that it is read from.
    pub fn names(&self) -> &[EnvironmentName] {
        match self {
            Self::Literal(_) => &[],
            Self::Environment { names, .. } => names.as_slice(),
        }
    }
}

impl<T: Clone + FromStr<Err = Fault>> Entry<Setting<T>> {
    /// The value in `environment`.
    ///
    /// # Errors
    /// No variable is set and no `development` value counts; two variables differ; or what is set is no such value.
    pub fn resolve(&self, environment: &Environment) -> Result<T, Box<ContractError>> {
        match &**self {
            Setting::Literal(value) => Ok(value.clone()),
            Setting::Environment { names, development } => match names.read(self, environment)? {
                Some((name, text)) => text.parse().map_err(|fault| malformed(self, name, &fault)),
                None => development
                    .clone()
                    .filter(|_| environment.mode() == Mode::Development)
                    .ok_or_else(|| unset(self, names, development.is_some())),
            },
        }
    }
}

impl<T: Form> Form for Setting<T> {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        if !matches!(node.shape, Shape::Table(_)) {
            return T::read(node, reader).map(Self::Literal);
        }
        reader.table::<Self>(node, &["env", "development"])?;
        let names = reader.entry::<Names>(node, "env", None);
        let development = reader.entry::<Option<T>>(node, "development", None);
        Some(Self::Environment {
            names: names?.into_value(),
            development: development?.into_value(),
        })
    }

    fn example() -> String {
        T::example()
    }

    fn schema() -> Value {
        let mut variable = schema::Table::new("From the environment.");
        variable.key::<Names>("env", Names::DESCRIPTION, None);
        let description = "What holds in development where the variable is not set.";
        variable.key::<Option<T>>("development", description, None);
        json!({ "anyOf": [T::schema(), variable.into_value()] })
    }
}

/// A secret: comes from the environment, never from the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret(Names);

impl Secret {
    /// The variables that it is read from.
    pub fn names(&self) -> &[EnvironmentName] {
        self.0.as_slice()
    }
}

impl Entry<Secret> {
    /// The secret in `environment`.
    ///
    /// # Errors
    /// No variable is set, or two differ.
    pub fn resolve(&self, environment: &Environment) -> Result<SecretText, Box<ContractError>> {
        let names = &self.0;
        match names.read(self, environment)? {
            Some((_, text)) => Ok(SecretText::new(text.to_owned())),
            None => Err(unset(self, names, false)),
        }
    }
}

impl Form for Secret {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let literal = |reader: &mut Reader, node: &Node| {
            let fault = Fault::new(
                "holds a secret in the contract",
                "the contract is in the repository, and stays in its history",
                "replace the secret, put it into the environment, and write `{ env = \"NAME\" }`",
            );
            reader.fault(ErrorKind::LiteralSecret, node.span, fault);
        };
        if node.is_text() {
            literal(reader, node);
            return None;
        }
        if let Some(development) = node.field("development") {
            reader.within("development", |reader| literal(reader, &development.node));
            return None;
        }
        reader.table::<Self>(node, &["env"])?;
        let names = reader.entry::<Names>(node, "env", None)?;
        Some(Self(names.into_value()))
    }

    fn example() -> String {
        "{ env = \"BETTER_AUTH_SECRET\" }".to_owned()
    }

    fn schema() -> Value {
        let mut variable = schema::Table::new("From the environment.");
        variable.key::<Names>("env", Names::DESCRIPTION, None);
        variable.into_value()
    }
}

/// One environment variable, or several that mean the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names(Vec<EnvironmentName>);

impl Names {
    const DESCRIPTION: &str = "The variable, or several that mean the same.";

    /// At least one.
    pub fn as_slice(&self) -> &[EnvironmentName] {
        &self.0
    }

    /// The first variable that is set, with what it holds.
    fn read<'a, T>(
        &self,
        entry: &Entry<T>,
        environment: &'a Environment,
    ) -> Result<Option<(&EnvironmentName, &'a str)>, Box<ContractError>> {
        let mut set = self
            .0
            .iter()
            .filter_map(|name| Some((name, environment.variable(name.as_str())?)));
        let Some((first, text)) = set.next() else {
            return Ok(None);
        };
        match set.find(|(_, other)| *other != text) {
            None => Ok(Some((first, text))),
            Some((second, _)) => {
                let fault = Fault::new(
                    format!("comes from both `{first}` and `{second}`, which differ"),
                    "which of them counts would depend on who reads",
                    format!("give both the same value, or unset `{second}`"),
                );
                Err(at(entry, ErrorKind::Contradiction, fault))
            }
        }
    }
}

impl Form for Names {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let names = if node.is_text() {
            vec![EnvironmentName::read(node, reader)?]
        } else {
            Vec::read(node, reader)?
        };
        if names.is_empty() {
            let help = "write `env = \"BETTER_AUTH_URL\"`";
            let fault = Fault::new("names no variable", "", help);
            reader.fault(ErrorKind::InvalidValue, node.span, fault);
            return None;
        }
        Some(Self(names))
    }

    fn example() -> String {
        "\"NAME\"".to_owned()
    }

    fn schema() -> Value {
        let mut several = Vec::<EnvironmentName>::schema();
        several["minItems"] = 1.into();
        json!({ "anyOf": [EnvironmentName::schema(), several] })
    }
}

fn at<T>(entry: &Entry<T>, kind: ErrorKind, fault: Fault) -> Box<ContractError> {
    Box::new(ContractError::new(kind, entry.key(), entry.span(), fault))
}

fn unset<T>(entry: &Entry<T>, names: &Names, has_development: bool) -> Box<ContractError> {
    let names: Vec<_> = names.0.iter().map(EnvironmentName::as_str).collect();
    let why = if has_development {
        "its `development` value counts only where the mode is development"
    } else {
        ""
    };
    let says = format!("comes from {}, which is not set", listed(&names));
    let help = format!("set `{}`", names[0]);
    at(entry, ErrorKind::Unset, Fault::new(says, why, help))
}

/// Never tells what the variable holds, nor what is wrong with it in particular.
fn malformed<T>(entry: &Entry<T>, name: &EnvironmentName, fault: &Fault) -> Box<ContractError> {
    let says = format!("comes from `{name}`, which holds no such value");
    let help = format!("set `{name}` to what could stand here in the contract");
    at(
        entry,
        ErrorKind::InvalidValue,
        Fault::new(says, fault.why, help),
    )
}
