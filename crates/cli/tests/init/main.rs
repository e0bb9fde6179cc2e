//! `betroth init`: the contract that the sources mean, and what a person says of it.

#![expect(
    clippy::unwrap_used,
    reason = "a builder of folders that fails is a test that fails"
)]

mod answers;
mod credentials;
mod drafts;
mod terminal;
mod tree;
