//! `betroth check` as it is used every day: in a build, over time, on a change.

#![expect(
    clippy::unwrap_used,
    reason = "a builder of folders that fails is a test that fails"
)]

mod baseline;
mod contract;
mod fix;
mod folder;
mod formats;
mod integrations;
mod since;
mod suppressions;
mod verdict;
