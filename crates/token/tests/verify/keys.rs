//! Which key checks a token, and what it takes for a signature.

use betroth_token::{
    Algorithm, Face, KeySet, PublicAlgorithm, Refusal, Signer, Verifier, VerifyingKey, key_set,
};
use serde_json::json;

use crate::HEADER;
use crate::forge::*;

#[test]
fn a_key_with_a_kid_checks_that_one_alone() {
    let first = Signer::generate(PublicAlgorithm::EdDsa)
        .unwrap()
        .with_kid("first")
        .unwrap();
    let second = Signer::generate(PublicAlgorithm::Es256)
        .unwrap()
        .with_kid("second")
        .unwrap();
    let keys = KeySet::new([
        first.verifying_key().clone(),
        second.verifying_key().clone(),
    ])
    .unwrap();
    let verifier = Verifier::builder(ISSUER, AUDIENCE).build(keys).unwrap();
    let good = claims(json!({}));
    assert_eq!(verdict(&verifier, first.sign(&good).unwrap()), "accepted");
    assert_eq!(verdict(&verifier, second.sign(&good).unwrap()), "accepted");
    assert_eq!(
        verifier
            .verify(second.sign(&good).unwrap(), NOW)
            .unwrap()
            .kid(),
        Some("second")
    );
    let third = first.with_kid("third").unwrap();
    assert_eq!(
        verdict(&verifier, third.sign(&good).unwrap()),
        "kid-unknown"
    );
    let swapped = second.with_kid("first").unwrap();
    assert_eq!(
        verdict(&verifier, swapped.sign(&good).unwrap()),
        "alg-mismatch"
    );
    let bare = format!(
        "{}.{}.{}",
        encode(r#"{"alg":"EdDSA"}"#),
        encode(&good),
        "A".repeat(86)
    );
    assert_eq!(verdict(&verifier, bare), "kid-missing");
}

#[test]
fn several_secrets_without_a_kid_are_each_tried() {
    let old = VerifyingKey::from_secret(
        "Qb7Xo6iVn5MfKj2x3Jq0vB7kLm2Nf9Rt",
        betroth_token::SecretAlgorithm::Hs256,
    )
    .unwrap();
    let keys = KeySet::new([old, keys().keys()[0].clone()]).unwrap();
    let verifier = Verifier::builder(ISSUER, AUDIENCE).build(keys).unwrap();
    for _ in 0..2 {
        assert_eq!(
            verdict(&verifier, signed(HEADER, claims(json!({})))),
            "accepted"
        );
        let forged = format!("{}.e30.{}", encode(HEADER), "A".repeat(43));
        assert_eq!(verdict(&verifier, forged), "signature-invalid");
    }
}

#[test]
fn a_public_key_is_never_a_secret() {
    let signer = Signer::generate(PublicAlgorithm::Rs256).unwrap();
    let keys = KeySet::new([signer.verifying_key().clone()]).unwrap();
    let verifier = Verifier::builder(ISSUER, AUDIENCE).build(keys).unwrap();
    assert_eq!(
        verdict(&verifier, signed(HEADER, claims(json!({})))),
        "alg-not-accepted"
    );
    let set = key_set([signer.verifying_key()]);
    let both = [
        Algorithm::Public(PublicAlgorithm::Rs256),
        Algorithm::Secret(betroth_token::SecretAlgorithm::Hs256),
    ];
    let verifier = verifier.with_keys(KeySet::from_jwks(&set, &both).unwrap());
    let header = format!(
        r#"{{"alg":"HS256","kid":"{}"}}"#,
        signer.verifying_key().kid().unwrap()
    );
    assert_eq!(
        verdict(&verifier, signed(header, claims(json!({})))),
        "alg-mismatch"
    );
    assert_eq!(
        verdict(&verifier, signed(HEADER, claims(json!({})))),
        "kid-missing"
    );
}

#[test]
fn both_halves_of_s_are_accepted_and_no_signature_of_zeros() {
    let signer = Signer::generate(PublicAlgorithm::Es256).unwrap();
    let keys = KeySet::new([signer.verifying_key().clone()]).unwrap();
    let verifier = Verifier::builder(ISSUER, AUDIENCE).build(keys).unwrap();
    let token = signer.sign(&claims(json!({}))).unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let bytes = base64_simd::URL_SAFE_NO_PAD
        .decode_to_vec(signature)
        .unwrap();
    let (r, s) = bytes.split_at(32);
    // The order of P-256, less s.
    let order: [u8; 32] = [
        0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC,
        0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
    ];
    let mut other = [0; 32];
    let mut borrow = 0;
    for index in (0..32).rev() {
        let difference = i16::from(order[index]) - i16::from(s[index]) - borrow;
        borrow = i16::from(difference < 0);
        other[index] = u8::try_from(difference.rem_euclid(256)).unwrap();
    }
    let again =
        |r: &[u8], s: &[u8]| verdict(&verifier, format!("{signed}.{}", encode([r, s].concat())));
    assert_eq!(again(r, s), "accepted");
    assert_eq!(again(r, &other), "accepted");
    assert_eq!(again(&[0; 32], &[0; 32]), "signature-invalid");
    assert_eq!(again(r, &[0; 32]), "signature-invalid");
    assert_eq!(again(&order, &order), "signature-invalid");
    assert_eq!(again(r, &s[1..]), "signature-malformed");
    let mut der = vec![0x30, 0x44, 2, 32];
    der.extend([r, &[2, 32], s].concat());
    assert_eq!(
        verdict(&verifier, format!("{signed}.{}", encode(der))),
        "signature-malformed"
    );
}

#[test]
fn without_keys_a_token_is_neither_good_nor_bad() {
    let none = KeySet::none(&[Algorithm::Secret(betroth_token::SecretAlgorithm::Hs256)]);
    let verifier = Verifier::builder(ISSUER, AUDIENCE).build(none).unwrap();
    let refusal = verifier
        .verify(signed(HEADER, claims(json!({}))), NOW)
        .unwrap_err();
    assert_eq!(refusal, Refusal::KeysUnavailable);
    assert_eq!(
        (
            refusal.face(),
            refusal.face().status(),
            refusal.face().error()
        ),
        (Face::Unavailable, 503, None)
    );
    assert_eq!(verdict(&verifier, "a.b"), "token-parts");
    assert_eq!(
        verdict(&verifier, signed(r#"{"alg":"none"}"#, "{}")),
        "alg-not-accepted"
    );
}
