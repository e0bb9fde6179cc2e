//! `[limits]` and `[check]`: what is counted at run time, and what `betroth check` lets pass.

use crate::form::{table, words};
use crate::value::{Glob, Network, Rate, RuleName, Sentence};

table! {
    /// What is counted at run time.
    pub struct Limits {
        /// How many failures an address may have; never counted per key or subject.
        failures: Rate = "20/min",
        /// The proxies whose word on an address is taken.
        trusted_proxies: Vec<Network> = [],
    }
}

words! {
    /// From which severity on `betroth check` fails.
    pub enum FailOn {
        /// Findings by which people are let in or shut out.
        Error = "error",
        /// Those that will hurt under some condition too.
        Warning = "warning",
        /// Every finding.
        Note = "note",
    }
}

table! {
    /// A finding that is let pass.
    pub struct Exception {
        /// The finding's rule.
        rule: RuleName,
        /// The files in which it passes; all of them by default.
        path: Option<Glob>,
        /// Why it is no danger.
        reason: Sentence,
    }
}

table! {
    /// What `betroth check` lets pass.
    pub struct Check {
        /// From which severity on it fails.
        fail_on: FailOn = "error",
        /// What passes, with the reason.
        allow: Vec<Exception> = [],
    }
}
