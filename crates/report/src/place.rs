use std::fmt;

use serde::Serialize;

/// A spot in a file of the repository looked at.
///
/// Orders by file, then line, then column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// Path relative to the folder looked at, with `/`.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Width in characters of what is meant, on that line; 0 where only the spot is known.
    #[serde(skip)]
    pub width: u32,
}

impl Place {
    /// A spot of no width.
    pub fn new(file: impl Into<String>, line: u32, column: u32) -> Self {
        Self {
            file: file.into(),
            line,
            column,
            width: 0,
        }
    }
}

/// `file:line`, the form that editors and terminals make a link of.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}
