//! The fast verifier and the plain one of its tests give the same answer: on any bytes as they are, on any claims that are
//! signed, and on any header and claims, with a zero byte between, that are signed.
//!
//! `mkdir -p fuzz/corpus/token && cargo +nightly fuzz run token fuzz/corpus/token fuzz/seeds/token -- -max_len=8200`

#![no_main]

#[path = "../../crates/token/tests/reference/mod.rs"]
mod reference;

use std::sync::LazyLock;

use aws_lc_rs::hmac;
use base64_simd::URL_SAFE_NO_PAD;
use betroth_token::{KeySet, SecretAlgorithm, Timestamp, Verifier, VerifyingKey};
use libfuzzer_sys::fuzz_target;
use reference::Reference;

const NOW: u32 = 1_800_000_000;
const SECRET: &str = "x3Jq0vB7kLm2Nf9RtYw8ZsPd1HcGaUe4";

const REFERENCE: Reference = Reference {
    secret: SECRET.as_bytes(),
    issuer: "i",
    audience: "a",
    leeway: 30.0,
};

static KEY: LazyLock<hmac::Key> =
    LazyLock::new(|| hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes()));

static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| {
    let key = VerifyingKey::from_secret(SECRET, SecretAlgorithm::Hs256).unwrap();
    let keys = KeySet::new([key]).unwrap();
    Verifier::builder(REFERENCE.issuer, REFERENCE.audience)
        .build(keys)
        .unwrap()
});

fuzz_target!(|bytes: &[u8]| {
    assert!(!both_accept(bytes), "nobody signed it");
    both_accept(&signed(br#"{"alg":"HS256"}"#, bytes));
    let mut parts = bytes.splitn(2, |byte| *byte == 0);
    if let (Some(header), Some(claims)) = (parts.next(), parts.next()) {
        both_accept(&signed(header, claims));
    }
});

fn signed(header: &[u8], claims: &[u8]) -> Vec<u8> {
    let mut token = URL_SAFE_NO_PAD.encode_to_string(header);
    token.push('.');
    URL_SAFE_NO_PAD.encode_append(claims, &mut token);
    let tag = hmac::sign(&KEY, token.as_bytes());
    token.push('.');
    URL_SAFE_NO_PAD.encode_append(tag, &mut token);
    token.into()
}

fn both_accept(token: &[u8]) -> bool {
    let answer = reference::answer(&VERIFIER, token, Timestamp::from_unix(NOW.into()));
    assert_eq!(answer, REFERENCE.verify(token, NOW.into()));
    answer.is_ok()
}
