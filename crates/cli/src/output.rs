//! Where words go: data to stdout, words about the run to stderr.

use std::io::{self, IsTerminal as _, Write as _};

use betroth_contract::ContractErrors;
use betroth_report::human::{Layout, Style};
use clap::ValueEnum;

use crate::environment;

/// When to colour the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The two streams, and how text is laid out on them.
pub(crate) struct Output {
    pub(crate) layout: Layout,
    stdout: io::BufWriter<io::Stdout>,
}

impl Output {
    pub(crate) fn new(color: Color) -> Self {
        let terminal = io::stdout().is_terminal();
        let coloured = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                terminal && environment::variable("NO_COLOR").is_none_or(|value| value.is_empty())
            }
        };
        let columns = terminal_size::terminal_size_of(io::stdout())
            .map(|(terminal_size::Width(columns), _)| usize::from(columns));
        Self {
            layout: Layout {
                style: if coloured { Style::Ansi } else { Style::Plain },
                width: columns.unwrap_or(Layout::default().width),
            },
            stdout: io::BufWriter::new(io::stdout()),
        }
    }

    /// Writes text as it stands.
    pub(crate) fn write(&mut self, text: &str) -> anyhow::Result<()> {
        self.stdout.write_all(text.as_bytes())?;
        Ok(())
    }

    /// Writes a line.
    pub(crate) fn line(&mut self, text: &str) -> anyhow::Result<()> {
        self.write(text)?;
        self.write("\n")
    }

    /// Hands over what was written.
    pub(crate) fn finish(&mut self) -> anyhow::Result<()> {
        self.stdout.flush()?;
        Ok(())
    }

    /// The text in lines that fit the terminal; each but the first begins with `indent`.
    #[cfg(feature = "token")]
    pub(crate) fn wrapped(&self, text: &str, indent: &str) -> String {
        // Between words alone, so that a command or an address can be copied.
        let options = textwrap::Options::new(self.layout.width.clamp(40, 100))
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .break_words(false);
        textwrap::fill(text, options.subsequent_indent(indent))
    }

    /// The text in bold, where colours are on.
    pub(crate) fn strong(&self, text: &str) -> String {
        self.styled(text, "1")
    }

    /// The text in a colour by its number, where colours are on.
    pub(crate) fn styled(&self, text: &str, code: &str) -> String {
        match self.layout.style {
            Style::Ansi => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            Style::Plain => text.to_owned(),
        }
    }
}

/// Writes a line about the run to stderr; there is nobody to tell where that fails.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// What to say of an error: what it is, and why.
pub(crate) fn error(error: &anyhow::Error) -> String {
    match error.downcast_ref::<ContractErrors>() {
        // Several at once, each with its place.
        Some(errors) => errors.to_string(),
        None => format!("error: {error:#}"),
    }
}

/// Whether the reader of our output has gone, as in `betroth check | head`.
pub(crate) fn is_closed(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
