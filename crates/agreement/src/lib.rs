//! What each side does, as evidence, and whether the two sides agree.
//!
//! A reader of sources (or, later, of a running stack) fills [`IssuerFact`], [`CredentialFact`] and
//! [`VerifierFact`] with [`Evidence`]; [`pair`] says which front end belongs to which API, and [`compare`] answers
//! for one pair, [`Observed`].
//!
//! *Not here*: reading files, findings.

mod accept;
mod compare;
mod evidence;
mod facts;
mod observed;
mod pairing;
mod verdict;

pub use compare::compare;
pub use evidence::{Condition, Evidence, Origin, Value};
pub use facts::{
    Algorithm, CredentialFact, CredentialKind, IssuerFact, IssuerKind, KeySource, Names,
    VerifierFact, VerifierKind,
};
pub use observed::{Answers, Narrowed, Observed, Sent, Verifier};
pub use pairing::{ApiSide, Pair, WebSide, pair, path_fits, path_segments};
pub use verdict::{Agreement, Difference, IssuerSummary, Topic, Verdict, VerifierSummary};
