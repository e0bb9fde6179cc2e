use betroth_report::Place;
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
    text: String,
    syntax: ruff_python_parser::Parsed<ruff_python_ast::ModModule>,
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
        let syntax = ruff_python_parser::parse_unchecked_source(&text, PySourceType::Python);
        let mut lines = vec![TextSize::new(0)];
        lines.extend(
            memchr_newlines(&text).map(|at| TextSize::try_from(at + 1).unwrap_or_default()),
        );
        let mut parsed = Self {
            path,
            text,
            syntax,
            lines,
            broken: None,
        };
        parsed.broken = parsed.syntax.errors().first().map(|error| Unread {
            place: parsed.place(error.location),
            why: format!(
                "syntax error: {}; the statements around it were skipped",
                lower_first(&error.error.to_string())
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
        &self.syntax.syntax().body
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

fn memchr_newlines(text: &str) -> impl Iterator<Item = usize> {
    text.bytes()
        .enumerate()
        .filter_map(|(at, byte)| (byte == b'\n').then_some(at))
}

/// The line on which the text first nests too deep, counting brackets, chained operators and indentation.
///
/// Counts inside strings and comments too: a false alarm needs a string of hundreds of open brackets.
fn too_deep(text: &str) -> Option<u32> {
    let mut depth = 0_usize;
    for (number, line) in (1..).zip(text.lines()) {
        let indentation = line.len() - line.trim_start_matches([' ', '\t']).len();
        if indentation / 4 > NESTING * 4 {
            return Some(number);
        }
        let mut operators = 0_usize;
        for byte in line.bytes() {
            match byte {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth = depth.saturating_sub(1),
                b'-' | b'~' | b'+' => operators += 1,
                b' ' => {}
                _ => operators = 0,
            }
            if depth + operators > NESTING {
                return Some(number);
            }
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
