use crate::{Finding, Place};

/// A finding that does not count, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// The finding.
    pub finding: Finding,
    /// Who lets it pass.
    pub by: PassedBy,
    /// Why, in the words of whoever lets it pass.
    pub reason: String,
}

/// Who lets a finding pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PassedBy {
    /// A comment in the source, at this place.
    Comment(Place),
    /// An entry of the contract, at this place.
    Contract(Place),
    /// The baseline of this name, in which the finding is recorded.
    Baseline(String),
}

impl PassedBy {
    /// The word of the report for programs.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Comment(_) => "comment",
            Self::Contract(_) => "contract",
            Self::Baseline(_) => "baseline",
        }
    }
}
