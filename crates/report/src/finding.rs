use serde::Serialize;

use crate::Place;

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
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Related {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// A few words on what stands there.
    pub message: String,
}

/// Something that a person should know of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
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
    #[serde(flatten)]
    pub place: Place,
    /// A few words shown at `place`.
    pub label: String,
    /// The other places.
    pub related: Vec<Related>,
    /// What to do.
    pub help: String,
    /// Whether a program can do it.
    pub fix: Fix,
}
