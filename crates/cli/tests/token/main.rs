//! `betroth token`, from a token that is pasted to a key of one's own.

#![expect(
    clippy::unwrap_used,
    reason = "a builder of tokens and folders that fails is a test that fails"
)]

mod decode;
mod desk;
mod docs;
mod issuer;
mod keys;
mod published;
mod sign;
mod verify;
