use std::sync::Arc;

use betroth_report::Place;
use memchr::memchr_iter;
use ruff_python_ast::{PySourceType, Stmt};
use ruff_text_size::{TextRange, TextSize};

use crate::{SourceFile, Unread};

/// A module by its number in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ModuleId(u32);

impl ModuleId {
    pub(crate) fn new(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A parsed file. A file with syntax errors keeps what the parser could recover.
pub(crate) struct Parsed {
    path: String,
    text: Arc<str>,
    syntax: ruff_python_ast::ModModule,
    lines: Vec<TextSize>,
    broken: Option<Unread>,
}

/// The greatest number of open brackets, or of indentation steps, that is handed to the parser.
///
/// The parser calls itself once or more for each; the limit keeps it inside the stack of a thread.
const NESTING: usize = 180;

impl Parsed {
    /// Parses one file.
    ///
    /// # Errors
    /// A file that nests deeper than any person writes is not parsed.
    pub(crate) fn new(file: SourceFile) -> Result<Self, Unread> {
        let SourceFile { path, text } = file;
        if let Some(line) = too_deep(&text) {
            return Err(Unread {
                place: Place::new(path, line, 1),
                why: format!("nests deeper than {NESTING} levels; the file was not read"),
            });
        }
        let parsed = ruff_python_parser::parse_unchecked_source(&text, PySourceType::Python);
        let error = parsed
            .errors()
            .first()
            .map(|error| (error.location, error.error.to_string()));
        let mut lines = vec![TextSize::new(0)];
        lines.extend(
            memchr_iter(b'\n', text.as_bytes())
                .map(|at| TextSize::try_from(at + 1).unwrap_or_default()),
        );
        let mut parsed = Self {
            path,
            text,
            // The tokens take as much room as the tree.
            syntax: parsed.into_syntax(),
            lines,
            broken: None,
        };
        parsed.broken = error.map(|(at, message)| Unread {
            place: parsed.place(at),
            why: format!(
                "syntax error: {}; the statements around it were skipped",
                lower_first(&message)
            ),
        });
        Ok(parsed)
    }

    /// The path, relative, with `/`.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The folder that holds the file; empty at the top.
    pub(crate) fn folder(&self) -> &str {
        super::import::parent(&self.path)
    }

    /// The folder of which this file is the `__init__.py`.
    pub(crate) fn package_folder(&self) -> Option<&str> {
        (self.path == "__init__.py" || self.path.ends_with("/__init__.py")).then(|| self.folder())
    }

    pub(crate) fn body(&self) -> &[Stmt] {
        &self.syntax.body
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The first syntax error, if any.
    pub(crate) fn broken(&self) -> Option<&Unread> {
        self.broken.as_ref()
    }

    /// The place of a range: its start, and its width on that line.
    pub(crate) fn place(&self, range: TextRange) -> Place {
        let line = self
            .lines
            .partition_point(|start| *start <= range.start())
            .saturating_sub(1);
        let start = usize::from(self.lines[line]);
        let at = usize::from(range.start()).min(self.text.len());
        let end = self
            .lines
            .get(line + 1)
            .map_or(self.text.len(), |next| usize::from(*next) - 1);
        let chars = |from: usize, to: usize| {
            u32::try_from(
                self.text
                    .get(from..to)
                    .map_or(0, |part| part.chars().count()),
            )
            .unwrap_or(u32::MAX)
        };
        Place {
            file: self.path.clone(),
            line: u32::try_from(line + 1).unwrap_or(u32::MAX),
            column: chars(start, at) + 1,
            width: chars(at, usize::from(range.end()).clamp(at, end.max(at))),
        }
    }
}

/// The line on which the text first nests too deep, counting brackets, chained operators and indentation.
///
/// Counts inside strings and comments too: a false alarm needs a string of hundreds of open brackets.
pub(crate) fn too_deep(text: &str) -> Option<u32> {
    let (mut depth, mut operators, mut indentation) = (0_usize, 0_usize, 0_usize);
    let mut line = 1;
    let mut indenting = true;
    for byte in text.bytes() {
        match byte {
            b'\n' => {
                line += 1;
                (operators, indentation, indenting) = (0, 0, true);
                continue;
            }
            b' ' | b'\t' => {
                indentation += usize::from(indenting);
                if indentation > NESTING * 16 {
                    return Some(line);
                }
                continue;
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'-' | b'~' | b'+' => operators += 1,
            _ => {
                (operators, indenting) = (0, false);
                continue;
            }
        }
        indenting = false;
        if depth + operators > NESTING {
            return Some(line);
        }
    }
    None
}

fn lower_first(message: &str) -> String {
    let mut chars = message.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(chars).collect()
    })
}
