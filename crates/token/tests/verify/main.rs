//! What a verifier accepts, and what with which code it does not.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

mod binding;
mod claims;
mod contract;
mod facts;
#[path = "../forge/mod.rs"]
mod forge;
mod form;
mod keys;
mod times;
mod verifier;

use forge::*;
use serde_json::json;

const HEADER: &str = r#"{"alg":"HS256"}"#;

/// The verdict on a token with these claims in place of a good one's.
fn with(other: serde_json::Value) -> String {
    verdict(&verifier(), signed(HEADER, claims(other)))
}

/// The verdict on a good token with this header.
fn under(header: &str) -> String {
    verdict(&verifier(), signed(header, claims(json!({}))))
}

/// The verdict on a good token with `text` in place of its claims.
fn saying(text: &str) -> String {
    verdict(&verifier(), signed(HEADER, text))
}
