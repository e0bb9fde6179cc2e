//! How a project writes its own files, as its configuration and its instructions to coding agents say.

mod alias;
mod instruction;
pub(crate) mod manager;
mod style;

use betroth_report::Place;

pub(crate) use alias::Alias;
pub(crate) use instruction::{Instructions, Matter};
pub use manager::PackageManager;
pub use style::{Indent, Quotes, Style};

/// What was taken from a file of the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// What: `` package manager `pnpm` ``.
    pub what: String,
    /// From where.
    pub place: Place,
}

impl Taken {
    pub(crate) fn new(what: impl Into<String>, file: &str, line: usize) -> Self {
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        Self {
            what: what.into(),
            place: Place::new(file, line, 1),
        }
    }
}
