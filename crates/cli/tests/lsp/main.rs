//! The program as the server of an editor.

#![expect(
    clippy::unwrap_used,
    reason = "a client that fails is a test that fails"
)]

mod client;
mod stories;
