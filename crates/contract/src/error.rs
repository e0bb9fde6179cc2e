use std::fmt;

use crate::Span;

/// What kind of mistake it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Two keys, or two values of the same layer, that cannot both hold.
    Contradiction,
    /// A value that the key does not take.
    InvalidValue,
    /// A secret written into the contract.
    LiteralSecret,
    /// A key without which its table means nothing.
    MissingKey,
    /// Not TOML.
    Syntax,
    /// A key that the contract does not have.
    UnknownKey,
    /// A value that comes from the environment, which does not have it.
    Unset,
    /// A text where a table is expected, and the like.
    WrongType,
}

/// Why a text is no value of a type, before it is known at which key it stands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{says}")]
pub struct Fault {
    /// What is wrong; reads on after the key, as in "has a path".
    pub says: String,
    /// Why it matters; empty where `says` tells.
    pub why: &'static str,
    /// What to write.
    pub help: String,
}

impl Fault {
    pub(crate) fn new(says: impl Into<String>, why: &'static str, help: impl Into<String>) -> Self {
        Self {
            says: says.into(),
            why,
            help: help.into(),
        }
    }
}

/// One mistake in the contract, or in what the environment gives to it.
///
/// Never holds a value of the environment, nor anything that may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ContractError {
    /// What kind of mistake it is.
    pub kind: ErrorKind,
    /// The key in full, `issuer.base_url`; empty for the whole file.
    pub key: String,
    /// Where; `None` where the value is a default.
    pub span: Option<Span>,
    /// What is wrong.
    pub message: String,
    /// Why it matters; empty where `message` says it.
    pub why: &'static str,
    /// What to write.
    pub help: String,
    /// The other places, with a few words at each.
    pub related: Vec<(Span, String)>,
}

impl ContractError {
    pub(crate) fn new(kind: ErrorKind, key: &str, span: Option<Span>, fault: Fault) -> Self {
        let message = if key.is_empty() {
            fault.says
        } else {
            format!("`{key}` {}", fault.says)
        };
        Self {
            kind,
            key: key.to_owned(),
            span,
            message,
            why: fault.why,
            help: fault.help,
            related: Vec::new(),
        }
    }

    pub(crate) fn related(mut self, span: Option<Span>, words: impl Into<String>) -> Self {
        self.related.extend(span.map(|span| (span, words.into())));
        self
    }
}

/// Every mistake of a contract, in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractErrors {
    /// The file as it was named.
    pub file: String,
    /// At least one.
    pub errors: Vec<ContractError>,
}

impl ContractErrors {
    pub(crate) fn new(file: &str, mut errors: Vec<ContractError>) -> Self {
        errors.sort_by_key(|error| error.span);
        Self {
            file: file.to_owned(),
            errors,
        }
    }
}

impl std::error::Error for ContractErrors {}

/// The form of the compiler: what, where, why, what to do.
impl fmt::Display for ContractErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.errors.iter().enumerate() {
            if index > 0 {
                writeln!(f, "\n")?;
            }
            write!(f, "error: {error}\n  --> {}", self.file)?;
            if let Some(span) = error.span {
                write!(f, ":{}:{}", span.line, span.column)?;
            }
            for (span, words) in &error.related {
                write!(
                    f,
                    "\n  ::: {}:{}:{} {words}",
                    self.file, span.line, span.column
                )?;
            }
            if !error.why.is_empty() {
                write!(f, "\n   = why: {}", error.why)?;
            }
            if !error.help.is_empty() {
                write!(f, "\n  hint: {}", error.help)?;
            }
        }
        Ok(())
    }
}
