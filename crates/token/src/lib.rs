//! Reads and writes signed tokens: JWS in its compact form (RFC 7515), JWT (RFC 7519), JWK sets (RFC 7517).
//!
//! A key is bound to one algorithm, and a token is accepted by one verifier, whose order is that of RFC 7519 §7.2 and
//! RFC 8725: nothing of the claims is read before the signature holds.
//!
//! *To add a refusal*, add its variant to [`Refusal`] with its code, and a token that gets it to the tests.
//! *Not here*: the clock (`now` is an argument), fetching a key set, cookies.

mod algorithm;
mod authenticity;
mod base64url;
mod bytes;
mod claims;
mod failure_limit;
mod header;
mod json;
mod key;
mod key_policy;
pub mod limits;
mod refusal;
mod rules;
mod signer;
mod time;
mod verified_cache;
mod verifier;

pub use betroth_contract::{Algorithm, PublicAlgorithm, SecretAlgorithm};
pub use claims::{Actor, ClaimNames, Claims};
pub use failure_limit::FailureLimit;
pub use json::{Array, Document, JsonFault, Object, Text, Value};
pub use key::{KeyFault, KeySet, KeySetFault, RefusedKey, VerifyingKey};
pub use key_policy::{Ask, Fetch, KeyPolicy, KeyPolicySettings};
pub use refusal::{Face, Refusal};
pub use signer::{SignFault, Signer, key_set};
pub use time::Timestamp;
pub use verified_cache::VerifiedCache;
pub use verifier::{Verified, Verifier, VerifierBuilder, VerifierFault};
