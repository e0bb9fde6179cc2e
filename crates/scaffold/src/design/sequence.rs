//! Who says what to whom, from login to answer: one list, from which the steps in words and both drawings are made.

mod script;

use std::fmt::Write as _;

use serde::Serialize;

pub(super) use script::{Script, path_of};

/// Who takes part, from left to right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Party {
    /// Its name, in one or two words.
    pub(super) name: &'static str,
}

/// One line of the sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A message of one party to another, by their places.
    Message {
        from: usize,
        to: usize,
        /// A few words, shown in the drawing.
        label: String,
        /// The whole of it, in Markdown.
        says: String,
        /// Whether it answers one before.
        reply: bool,
    },
    /// What a party does by itself.
    Deed {
        at: usize,
        label: String,
        says: String,
    },
    /// What the lines below are about.
    Part(&'static str),
}

/// One step in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Step {
    /// `Page → API`, or who does it.
    pub(super) who: String,
    pub(super) says: String,
}

/// The steps of one part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Part {
    pub(super) title: &'static str,
    pub(super) steps: Vec<Step>,
}

/// A sequence of messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sequence {
    pub(super) parties: Vec<Party>,
    pub(super) lines: Vec<Line>,
}

impl Sequence {
    /// The steps in words, by part.
    pub(super) fn parts(&self) -> Vec<Part> {
        let name = |at: usize| self.parties[at].name;
        let mut parts: Vec<Part> = Vec::new();
        for line in &self.lines {
            let (who, says) = match line {
                Line::Part(title) => {
                    let steps = Vec::new();
                    parts.push(Part { title, steps });
                    continue;
                }
                Line::Message { from, to, says, .. } => {
                    (format!("{} → {}", name(*from), name(*to)), says)
                }
                Line::Deed { at, says, .. } => (name(*at).to_owned(), says),
            };
            if let Some(part) = parts.last_mut() {
                let says = says.clone();
                part.steps.push(Step { who, says });
            }
        }
        parts
    }

    /// As Mermaid draws it; the text has no fence.
    pub(super) fn mermaid(&self) -> String {
        let last = self.parties.len() - 1;
        let mut text = String::from("sequenceDiagram\n    autonumber\n");
        for (at, party) in self.parties.iter().enumerate() {
            let _ = writeln!(text, "    participant P{at} as {}", party.name);
        }
        for line in &self.lines {
            let _ = match line {
                Line::Message {
                    from,
                    to,
                    label,
                    reply,
                    ..
                } => {
                    let arrow = if *reply { "-->>" } else { "->>" };
                    writeln!(text, "    P{from}{arrow}P{to}: {}", escaped(label))
                }
                Line::Deed { at, label, .. } => {
                    writeln!(text, "    P{at}->>P{at}: {}", escaped(label))
                }
                Line::Part(title) => writeln!(text, "    Note over P0,P{last}: {}", escaped(title)),
            };
        }
        text
    }
}

/// A label without what ends it, or begins something else, in Mermaid.
fn escaped(label: &str) -> String {
    let mut text = String::with_capacity(label.len());
    for letter in label.chars() {
        match letter {
            '#' | ';' | '<' | '>' | '&' | '"' | '%' => {
                let _ = write!(text, "#{};", u32::from(letter));
            }
            '\n' | '\r' => text.push(' '),
            letter => text.push(letter),
        }
    }
    text
}
