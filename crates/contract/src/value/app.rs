use std::str::FromStr;

use crate::Fault;
use crate::form::text;
use crate::wording::quoted;

/// Where an application object stands: `app.main:app`, as `uvicorn` takes it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AppReference {
    /// The module with dots.
    pub module: String,
    /// The name in it; dots for an attribute.
    pub name: String,
}

impl FromStr for AppReference {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let dotted = |text: &str| {
            text.split('.').all(|step| {
                !step.is_empty() && step.chars().all(|c| c.is_alphanumeric() || c == '_')
            })
        };
        let parts = text.split_once(':');
        match parts.filter(|(module, name)| dotted(module) && dotted(name)) {
            Some((module, name)) => Ok(Self {
                module: module.to_owned(),
                name: name.to_owned(),
            }),
            None => Err(Fault::new(
                format!("is {}, no module with a name in it", quoted(text)),
                "",
                "write both with a colon, as in `app.main:app`",
            )),
        }
    }
}

text!(
    AppReference,
    "app.main:app",
    "module and name, as uvicorn takes them",
    "^[^:\\s]+:[^:\\s]+$"
);
