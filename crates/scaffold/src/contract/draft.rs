//! A draft and its text.

use std::fmt;

use betroth_report::Place;

/// A contract with what each of its keys rests on. Displayed, it is the text of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Comments above everything.
    pub(crate) head: Vec<String>,
    /// The tables, in their order.
    pub sections: Vec<Section>,
}

/// One table of the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its name: `issuer`; `route` stands once for each route.
    pub name: &'static str,
    /// Comments below its head.
    pub(crate) notes: Vec<String>,
    /// Its keys.
    pub entries: Vec<Entry>,
}

/// One key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name in the table.
    pub key: &'static str,
    /// Its value as TOML.
    pub value: String,
    /// What it rests on.
    pub basis: Basis,
}

/// What a key rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis {
    /// It was read in a source.
    Read(Place),
    /// It is likely, for this reason.
    Guess(String),
    /// The person said so.
    Given,
    /// The person said so, and the source says otherwise.
    Instead(Place),
    /// No source tells it: the value is an example, and the line a comment. What to fill in.
    Open(String),
}

impl Section {
    pub(crate) fn new(name: &'static str) -> Self {
        Self {
            name,
            notes: Vec::new(),
            entries: Vec::new(),
        }
    }

    pub(crate) fn put(&mut self, key: &'static str, value: impl Into<String>, basis: Basis) {
        self.entries.push(Entry {
            key,
            value: value.into(),
            basis,
        });
    }

    /// Puts a text.
    pub(crate) fn text(&mut self, key: &'static str, text: &str, basis: Basis) {
        self.put(key, quoted(text), basis);
    }

    /// Itself, unless nothing was put in.
    pub(crate) fn unless_empty(self) -> Option<Self> {
        (!self.entries.is_empty()).then_some(self)
    }

    /// Whether every key of it is left to fill in.
    fn is_open(&self) -> bool {
        let mut entries = self.entries.iter();
        entries.all(|entry| matches!(entry.basis, Basis::Open(_)))
    }
}

/// A text as TOML writes it.
pub(crate) fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}

/// Texts as a TOML array.
pub(crate) fn array<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let texts: Vec<String> = texts.into_iter().map(quoted).collect();
    format!("[{}]", texts.join(", "))
}

/// Widest line that carries its comment behind it, in characters.
const WIDTH: usize = 120;

impl fmt::Display for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.head {
            comment(f, line)?;
        }
        writeln!(f, "schema = 1")?;
        for section in &self.sections {
            write!(f, "\n{section}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let closed = if self.is_open() { "# " } else { "" };
        match self.name {
            "route" => writeln!(f, "{closed}[[route]]")?,
            name => writeln!(f, "{closed}[{name}]")?,
        }
        for note in &self.notes {
            comment(f, note)?;
        }
        let mut said = None;
        for entry in &self.entries {
            // A place is named once for the keys that were read there together.
            let place = entry.basis.place();
            let words = entry
                .basis
                .words()
                .filter(|_| place.is_none() || place != said);
            entry.write(f, words.as_deref())?;
            said = place;
        }
        Ok(())
    }
}

impl Basis {
    fn place(&self) -> Option<&Place> {
        match self {
            Self::Read(place) => Some(place),
            _ => None,
        }
    }

    /// What the comment says.
    fn words(&self) -> Option<String> {
        match self {
            Self::Read(place) => Some(shown(place)),
            Self::Guess(why) => Some(format!("guess: {why}")),
            Self::Given => None,
            Self::Instead(place) => Some(format!("not so yet at {}", shown(place))),
            Self::Open(what) => Some(format!("fill in: {what}")),
        }
    }
}

impl Entry {
    /// Writes the line with its comment behind it, or above where both are too wide.
    fn write(&self, f: &mut fmt::Formatter<'_>, words: Option<&str>) -> fmt::Result {
        let closed = if matches!(self.basis, Basis::Open(_)) {
            "# "
        } else {
            ""
        };
        let line = format!("{closed}{} = {}", self.key, self.value);
        let Some(words) = words else {
            return writeln!(f, "{line}");
        };
        if line.chars().count() + words.chars().count() + 4 <= WIDTH {
            write!(f, "{line}  ")?;
            return comment(f, words);
        }
        comment(f, words)?;
        writeln!(f, "{line}")
    }
}

/// `web/lib/auth.ts:9`.
pub(crate) fn shown(place: &Place) -> String {
    format!("{}:{}", place.file, place.line.max(1))
}

/// A comment; what would end the line, or move a terminal's cursor, is escaped.
fn comment(f: &mut fmt::Formatter<'_>, words: &str) -> fmt::Result {
    write!(f, "# ")?;
    for letter in words.chars() {
        if letter.is_control() {
            write!(f, "{}", letter.escape_default())?;
        } else {
            write!(f, "{letter}")?;
        }
    }
    writeln!(f)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_would_end_the_comment_stays_in_it() {
        let mut section = Section::new("web");
        let place = Place::new("web\nroot = \"x\"/package.json", 3, 1);
        section.text("root", "web", Basis::Read(place));
        assert_eq!(
            section.to_string(),
            "[web]\nroot = \"web\"  # web\\nroot = \"x\"/package.json:3\n"
        );
    }

    #[test]
    fn a_table_of_open_keys_is_a_comment_as_a_whole() {
        let mut section = Section::new("deployment.production");
        let why = "where people reach it".to_owned();
        section.text("api.url", "https://api.example.com", Basis::Open(why));
        assert_eq!(
            section.to_string(),
            "# [deployment.production]\n# api.url = \"https://api.example.com\"  # fill in: where people reach it\n"
        );
    }
}
