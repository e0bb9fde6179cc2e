//! Findings: what was found, where, how bad, and what to do.
//!
//! The crate knows no domain. A part of Betroth that looks at something returns [`Finding`]s; here they
//! are ordered and rendered, once, for people and for machines.
//!
//! *To add a rendering*, add a module beside [`json`] and name it in `cli`'s `--format`.
//! *Not here*: rules, exit codes, reading files.

mod cure;
mod finding;
mod fingerprint;
pub mod github;
pub mod human;
pub mod json;
pub mod junit;
mod mask;
mod notice;
mod passed;
mod place;
mod report;
mod rule;
pub mod sarif;
pub mod span;

pub use cure::{Cure, Edit, Mended};
pub use finding::{Confidence, Finding, Fix, Key, Related, Severity};
pub use fingerprint::{Fingerprint, Fingerprints};
pub use mask::{changed as changed_lines, shown as shown_lines, text as shown_text};
pub use notice::Notice;
pub use passed::{Passed, PassedBy};
pub use place::Place;
pub use report::{Cause, Report};
pub use rule::Rule;
