use serde::Serialize;

use crate::{Cure, Place};

/// What can happen because of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know; nothing is broken or open by it as the code stands.
    Note,
    /// Will hurt under some condition.
    Warning,
    /// People are refused who should pass, or pass who should be refused.
    Error,
}

impl Severity {
    /// The word for it, as `rustc` and SARIF have it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// How sure the reader is that the finding is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Rests on a guess about something outside the repository.
    Low,
    /// Rests on something that could not be resolved.
    Medium,
    /// Every fact that it rests on was read.
    High,
}

/// Whether the cure can be written by a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fix {
    /// Keeps the meaning for everyone who is rightly served today.
    Safe,
    /// Likely right; to be read before it is taken.
    Suggested,
    /// A decision that only a person can make.
    Manual,
}

/// The other place of a disagreement, or a place that follows from the same cause.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Related {
    /// Where.
    pub place: Place,
    /// A few words on what stands there.
    pub message: String,
}

/// What tells one finding from another: its rule and the spot where its place begins.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    rule: &'static str,
    spot: Place,
}

impl Key {
    /// The key of the finding that `rule` makes at `place`.
    pub fn new(rule: &'static str, place: &Place) -> Self {
        Self {
            rule,
            spot: Place::new(place.file.clone(), place.line, place.column),
        }
    }

    /// The rule.
    pub fn rule(&self) -> &'static str {
        self.rule
    }

    /// Where its place begins.
    pub fn spot(&self) -> &Place {
        &self.spot
    }
}

/// Something that a person should know of.
///
/// Made with [`Finding::new`] and the methods after it, one for each thing that is not as usual.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Finding {
    /// Name of the rule, in kebab case.
    pub rule: &'static str,
    /// What can happen.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// What is wrong, in one lower-case sentence without a full stop.
    pub message: String,
    /// Where it is wrong.
    pub place: Place,
    /// A few words shown at `place`; may be empty.
    pub label: String,
    /// The other places.
    pub related: Vec<Related>,
    /// Why it matters; empty where `message` says it.
    pub why: String,
    /// What to do.
    pub help: String,
    /// Whether a program can do it.
    pub fix: Fix,
    /// The finding without which this one would not be; this one is then listed under it.
    pub cause: Option<Key>,
    /// The edits that mend it, where a program can write them.
    pub cure: Option<Cure>,
    /// Whether it explains what the person sees who asked: it then comes before all that does not.
    pub foremost: bool,
    /// Whether the lines at the finding's places hold a secret: every literal on them is then shown as `…`.
    ///
    /// What looks like a secret is never shown, with or without it (see [`human`](crate::human)).
    pub masked: bool,
}

impl Finding {
    /// A finding of high confidence whose cure a person decides.
    pub fn new(
        rule: &'static str,
        severity: Severity,
        place: Place,
        message: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            severity,
            confidence: Confidence::High,
            message: message.into(),
            place,
            label: String::new(),
            related: Vec::new(),
            why: String::new(),
            help: String::new(),
            fix: Fix::Manual,
            cause: None,
            cure: None,
            foremost: false,
            masked: false,
        }
    }

    /// How sure.
    #[must_use]
    pub fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }

    /// A few words shown at the place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds another place, with a few words on what stands there.
    #[must_use]
    pub fn related(mut self, place: Place, message: impl Into<String>) -> Self {
        self.related.push(Related {
            place,
            message: message.into(),
        });
        self
    }

    /// Adds further places of the same kind, with the same few words on each: the first five, which is what a person reads.
    #[must_use]
    pub fn also<'p>(self, places: impl IntoIterator<Item = &'p Place>, message: &str) -> Self {
        let places = places.into_iter().take(5);
        places.fold(self, |finding, place| {
            finding.related(place.clone(), message)
        })
    }

    /// Why it matters.
    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }

    /// What to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// Whether a program can do it.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = fix;
        self
    }

    /// The finding from which this one follows.
    #[must_use]
    pub fn because_of(mut self, cause: Key) -> Self {
        self.cause = Some(cause);
        self
    }

    /// Hides every literal on the lines shown.
    #[must_use]
    pub fn masked(mut self) -> Self {
        self.masked = true;
        self
    }

    /// What tells this finding from every other.
    pub fn key(&self) -> Key {
        Key::new(self.rule, &self.place)
    }
}
