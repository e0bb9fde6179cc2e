//! How long a MAC takes to be compared tells nothing of it (CWE-208): a wrong first byte takes as long as a wrong last.
//!
//! No time is held against a figure here, only one input against another. What it would see is a comparison that ends
//! at the first byte that differs, which the tests prove with one.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

mod statistics;

use std::hint::black_box;

use aws_lc_rs::hmac;
use betroth_better_auth::{Error, Secret, SignedCookies};
use betroth_token::{KeySet, Refusal, SecretAlgorithm, Signer, Timestamp, Verifier};
use statistics::Pair;

/// Long enough for every MAC.
const SECRET: &str = "x3Jq0vB7kLm2Nf9RtYw8ZsPd1HcGaUe4Qb7Xo6iVn5MfKj2x3Jq0vB7kLm2Nf9Rt";

const MACS: [(SecretAlgorithm, hmac::Algorithm); 3] = [
    (SecretAlgorithm::Hs256, hmac::HMAC_SHA256),
    (SecretAlgorithm::Hs384, hmac::HMAC_SHA384),
    (SecretAlgorithm::Hs512, hmac::HMAC_SHA512),
];

const ISSUER: &str = "https://app.example.com";
const AUDIENCE: &str = "https://api.example.com";
const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);
const CLAIMS: &str = r#"{"iss":"https://app.example.com","aud":"https://api.example.com","sub":"u1","iat":1800000000,"exp":1800000600}"#;

fn signer(algorithm: SecretAlgorithm) -> Signer {
    Signer::from_secret(SECRET, algorithm).unwrap()
}

/// The text with its MAC, wrong in the first byte and wrong in the last.
fn wrong(text: &str, mac: &[u8], encode: fn(&[u8]) -> String) -> Pair {
    let with = |place: usize| {
        let mut mac = mac.to_vec();
        mac[place] ^= 0x40;
        format!("{text}.{}", encode(&mac)).into_bytes()
    };
    Pair {
        first: with(0),
        second: with(mac.len() - 1),
    }
}

fn base64url(bytes: &[u8]) -> String {
    base64_simd::URL_SAFE_NO_PAD.encode_to_string(bytes)
}

fn base64(bytes: &[u8]) -> String {
    base64_simd::STANDARD.encode_to_string(bytes)
}

/// A token that a verifier accepts but for its MAC, wrong in the first byte and wrong in the last.
fn tokens(algorithm: SecretAlgorithm) -> Pair {
    let token = signer(algorithm).sign(CLAIMS).unwrap();
    let (text, mac) = token.rsplit_once('.').unwrap();
    let mac = base64_simd::URL_SAFE_NO_PAD.decode_to_vec(mac).unwrap();
    wrong(text, &mac, base64url)
}

fn cookies() -> (SignedCookies, Pair) {
    let cookies = SignedCookies::new(&Secret::new(SECRET).unwrap());
    let signed = cookies.sign_bearer("Zk7pQ2mXw9Lr4TnVb8Ys1HdGc6JfAe3U");
    let (text, mac) = signed.rsplit_once('.').unwrap();
    let mac = base64_simd::STANDARD.decode_to_vec(mac).unwrap();
    let pair = wrong(text, &mac, base64);
    (cookies, pair)
}

#[test]
fn a_verifier_takes_the_same_time_wherever_a_mac_is_wrong() {
    for (algorithm, _) in MACS {
        let keys = KeySet::new([signer(algorithm).verifying_key().clone()]).unwrap();
        let verifier = Verifier::builder(ISSUER, AUDIENCE).build(keys).unwrap();
        let differs = tokens(algorithm).differs(|token| {
            let refusal = verifier.verify(token, NOW).unwrap_err();
            assert_eq!(refusal, Refusal::SignatureInvalid);
        });
        assert!(!differs, "{}", algorithm.as_str());
    }
}

#[test]
fn a_key_set_takes_the_same_time_wherever_a_mac_is_wrong() {
    for (algorithm, _) in MACS {
        let keys = KeySet::new([signer(algorithm).verifying_key().clone()]).unwrap();
        let differs = tokens(algorithm).differs(|token| {
            let refusal = keys.signed_payload(token).unwrap_err();
            assert_eq!(refusal, Refusal::SignatureInvalid);
        });
        assert!(!differs, "{}", algorithm.as_str());
    }
}

#[test]
fn a_signed_cookie_takes_the_same_time_wherever_its_mac_is_wrong() {
    let (cookies, pair) = cookies();
    let differs = pair.differs(|cookie| {
        let value = str::from_utf8(cookie).unwrap();
        assert_eq!(cookies.open(value), Err(Error::SignatureMismatch));
    });
    assert!(!differs);
}

/// As a verifier may be written: byte by byte, until one differs. However it is compiled, each byte is a call.
fn is_equal_until_it_is_not(one: &[u8], other: &[u8]) -> bool {
    let equal: fn(&u8, &u8) -> bool = black_box(|one, other| one == other);
    let mut pairs = one.iter().zip(other);
    one.len() == other.len() && pairs.all(|(one, other)| black_box(equal)(one, other))
}

#[test]
fn a_comparison_that_ends_at_the_first_wrong_byte_would_be_found() {
    for (algorithm, mac) in MACS {
        let key = hmac::Key::new(mac, SECRET.as_bytes());
        let differs = tokens(algorithm).differs(|token| {
            let dot = token.iter().rposition(|byte| *byte == b'.').unwrap();
            let (text, signature) = (&token[..dot], &token[dot + 1..]);
            let signature = base64_simd::URL_SAFE_NO_PAD
                .decode_to_vec(signature)
                .unwrap();
            let tag = hmac::sign(&key, text);
            assert!(!is_equal_until_it_is_not(tag.as_ref(), &signature));
        });
        assert!(differs, "{}", algorithm.as_str());
    }
}

#[test]
fn two_of_the_same_take_the_same_time() {
    let mut pair = tokens(SecretAlgorithm::Hs256);
    pair.second.clone_from(&pair.first);
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    assert!(!pair.differs(|token| {
        black_box(hmac::sign(&key, token));
    }));
}
