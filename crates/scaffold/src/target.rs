//! A target: what `betroth apply` writes in one matter.

use betroth_report::{Edit, Place};

use crate::project::Project;
use crate::template::TemplateFault;

/// One matter that `betroth apply` sees to.
#[derive(Debug)]
pub struct Target {
    /// Its name in kebab case, as `--only` takes it.
    pub name: &'static str,
    /// What it writes, in one line.
    pub about: &'static str,
    /// What is to stand, for one project; nothing where the target is not for it.
    pub(crate) write: fn(&Project<'_>) -> Result<Vec<Output>, TemplateFault>,
}

/// What a target wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// A file of its own.
    File {
        /// Path below the contract's folder, with `/`.
        path: String,
        /// Its text, with `\n` at the end of each line.
        text: String,
    },
    /// A change of a file that a person wrote, made where the text is exactly as it was read.
    Edit {
        /// The replacements, all in one file, or none.
        edits: Vec<Edit>,
        /// What the change does.
        says: String,
    },
    /// What is left to a person.
    Step(Step),
}

/// What is left to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What to do, and why it was not done.
    pub says: String,
    /// Where, if it is at one place.
    pub place: Option<Place>,
    /// Lines to write or to run, as they are.
    pub lines: Vec<String>,
}

impl Output {
    /// A step without lines and place.
    pub(crate) fn step(says: impl Into<String>) -> Self {
        Self::Step(Step {
            says: says.into(),
            place: None,
            lines: Vec::new(),
        })
    }
}
