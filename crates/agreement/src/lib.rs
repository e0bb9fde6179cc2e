//! What each side does, as evidence, and whether the two sides agree.
//!
//! A reader of sources (or, later, of a running stack) fills [`IssuerFact`], [`CredentialFact`] and
//! [`VerifierFact`] with [`Evidence`]; [`compare`] answers for a pair of front end and API.
//!
//! *Not here*: reading files, findings.

mod evidence;
mod facts;

pub use evidence::{Condition, Evidence, Origin, Value};
pub use facts::{
    Algorithm, CredentialFact, CredentialKind, IssuerFact, IssuerKind, KeySource, VerifierFact,
    VerifierKind,
};
