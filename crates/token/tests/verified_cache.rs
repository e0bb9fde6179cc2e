//! What is remembered of accepted tokens, and when it no longer counts.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

#[expect(dead_code, reason = "each file of tests uses its own part of it")]
mod forge;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use allocation_counter::measure;
use betroth_token::{KeySet, PublicAlgorithm, Refusal, Signer, Timestamp, VerifiedCache, Verifier};
use forge::{AUDIENCE, ISSUER, NOW, claims, keys, signed, verifier};
use proptest::prelude::*;
use serde_json::json;

const MEGABYTE: usize = 1 << 20;

fn signer(kid: &str) -> Signer {
    let signer = Signer::generate(PublicAlgorithm::EdDsa).unwrap();
    signer.with_kid(kid).unwrap()
}

fn set(signers: &[&Signer]) -> KeySet {
    KeySet::new(signers.iter().map(|it| it.verifying_key().clone())).unwrap()
}

fn verifier_of(signers: &[&Signer]) -> Verifier {
    let verifier = Verifier::builder(ISSUER, AUDIENCE);
    verifier.build(set(signers)).unwrap()
}

fn person(signer: &Signer, subject: &str, session: &str) -> String {
    let claims = claims(json!({"sub": subject, "sid": session}));
    signer.sign(&claims).unwrap()
}

/// Whether the answer came from memory: only then is it the same object.
fn remembers(cache: &VerifiedCache, verifier: &Verifier, token: &str) -> bool {
    let first = cache.verify(verifier, token, NOW).unwrap();
    let second = cache.verify(verifier, token, NOW).unwrap();
    Arc::ptr_eq(&first, &second)
}

#[test]
fn a_token_is_remembered_and_costs_no_memory_then() {
    let (cache, ada) = (VerifiedCache::new(MEGABYTE), signer("a"));
    let verifier = verifier_of(&[&ada]);
    let token = person(&ada, "ada", "s1");
    let first = cache.verify(&verifier, &token, NOW).unwrap();
    let mut second = None;
    let count = measure(|| second = cache.verify(&verifier, &token, NOW).ok());
    assert_eq!(count.count_total, 0);
    let second = second.unwrap();
    assert!(Arc::ptr_eq(&first, &second));
    assert_eq!(
        (second.subject().as_deref(), second.kid()),
        (Some("ada"), Some("a"))
    );
    assert_eq!(cache.len(), 1);
}

#[test]
fn one_other_byte_is_another_token() {
    let (cache, verifier) = (VerifiedCache::new(MEGABYTE), verifier());
    let token = signed(r#"{"alg":"HS256"}"#, claims(json!({})));
    cache.verify(&verifier, &token, NOW).unwrap();
    for place in 0..token.len() {
        let mut other = token.clone().into_bytes();
        other[place] ^= 1;
        assert!(
            cache.verify(&verifier, &other, NOW).is_err(),
            "byte {place}"
        );
    }
    assert_eq!(
        cache
            .verify(&verifier, &token[..token.len() - 1], NOW)
            .unwrap_err(),
        Refusal::SignatureMalformed
    );
    assert_eq!(cache.len(), 1);
}

#[test]
fn a_token_ends_when_it_says_so() {
    let (cache, verifier) = (VerifiedCache::new(MEGABYTE), verifier());
    let token = signed(r#"{"alg":"HS256"}"#, claims(json!({"nbf": 1_800_000_000})));
    let at = |seconds: u64| {
        let now = Timestamp::from_unix(1_800_000_000 + seconds);
        let cached = cache.verify(&verifier, &token, now).map(|_| ());
        assert_eq!(cached, verifier.verify(&token, now).map(|_| ()));
        cached
    };
    assert_eq!(at(0), Ok(()));
    // Ten minutes, and the leeway.
    assert_eq!(at(629), Ok(()));
    assert_eq!(at(630), Err(Refusal::Expired));
    assert!(cache.is_empty());
    // A clock that was set back.
    assert_eq!(at(0), Ok(()));
    let now = Timestamp::from_unix(1_799_999_000);
    let early = cache.verify(&verifier, &token, now);
    assert_eq!(early.unwrap_err(), Refusal::NotYetValid);
}

#[test]
fn a_greatest_age_holds_for_what_is_remembered() {
    let cache = VerifiedCache::new(MEGABYTE);
    let verifier = Verifier::builder(ISSUER, AUDIENCE)
        .max_age(60)
        .build(keys());
    let verifier = verifier.unwrap();
    let token = signed(r#"{"alg":"HS256"}"#, claims(json!({})));
    cache.verify(&verifier, &token, NOW).unwrap();
    let later = Timestamp::from_unix(NOW.unix() + 90);
    let old = cache.verify(&verifier, &token, later);
    assert_eq!(old.unwrap_err(), Refusal::TooOld);
}

#[test]
fn a_key_that_has_left_the_set_signs_nothing_that_is_remembered() {
    let cache = VerifiedCache::new(MEGABYTE);
    let (old, new) = (signer("old"), signer("new"));
    let before = verifier_of(&[&old]);
    let token = person(&old, "ada", "s1");
    let first = cache.verify(&before, &token, NOW).unwrap();
    // Both keys: what is remembered stays.
    let during = before.with_keys(set(&[&old, &new]));
    assert!(Arc::ptr_eq(
        &first,
        &cache.verify(&during, &token, NOW).unwrap()
    ));
    // The new one alone.
    let after = during.with_keys(set(&[&new]));
    let refused = cache.verify(&after, &token, NOW);
    assert_eq!(refused.unwrap_err(), Refusal::KeyUnknown);
    assert!(cache.is_empty());
    // Another key under the same name.
    cache.verify(&before, &token, NOW).unwrap();
    let impostor = before.with_keys(set(&[&signer("old")]));
    let refused = cache.verify(&impostor, &token, NOW);
    assert_eq!(refused.unwrap_err(), Refusal::SignatureInvalid);
    // No keys: what could not be verified now is not answered from memory.
    cache.verify(&before, &token, NOW).unwrap();
    let none = before.with_keys(KeySet::none(before.keys().algorithms()));
    let refused = cache.verify(&none, &token, NOW);
    assert_eq!(refused.unwrap_err(), Refusal::KeysUnavailable);
}

#[test]
fn a_key_without_a_kid_gives_way_to_one_that_is_named() {
    let cache = VerifiedCache::new(MEGABYTE);
    let unnamed = Signer::generate(PublicAlgorithm::EdDsa).unwrap();
    let pem = unnamed.verifying_key().to_pem().unwrap();
    let key = || betroth_token::VerifyingKey::from_pem(&pem, PublicAlgorithm::EdDsa).unwrap();
    let before = Verifier::builder(ISSUER, AUDIENCE).build(KeySet::new([key()]).unwrap());
    let before = before.unwrap();
    let token = person(&unnamed, "ada", "s1");
    cache.verify(&before, &token, NOW).unwrap();
    let kid = unnamed.verifying_key().kid().unwrap();
    let named = signer(kid).verifying_key().clone();
    let after = before.with_keys(KeySet::new([key(), named]).unwrap());
    assert_eq!(
        cache.verify(&after, &token, NOW).unwrap_err(),
        after.verify(&token, NOW).unwrap_err(),
    );
}

#[test]
fn another_verifier_is_answered_by_its_own_rules() {
    let cache = VerifiedCache::new(MEGABYTE);
    let token = signed(r#"{"alg":"HS256"}"#, claims(json!({})));
    cache.verify(&verifier(), &token, NOW).unwrap();
    let other = Verifier::builder(ISSUER, "https://other.example").build(keys());
    let refused = cache.verify(&other.unwrap(), &token, NOW);
    assert_eq!(refused.unwrap_err(), Refusal::AudienceMismatch);
}

#[test]
fn tokens_are_forgotten_by_key_by_session_and_by_subject() {
    let (a, b) = (signer("a"), signer("b"));
    let verifier = verifier_of(&[&a, &b]);
    let all = [
        person(&a, "ada", "s1"),
        person(&a, "ada", "s2"),
        person(&a, "bob", "s3"),
        person(&b, "bob", "s4"),
    ];
    let forgotten = |forget: &dyn Fn(&VerifiedCache)| {
        let cache = VerifiedCache::new(MEGABYTE);
        let first = all
            .each_ref()
            .map(|token| cache.verify(&verifier, token, NOW).unwrap());
        assert_eq!(cache.len(), 4);
        forget(&cache);
        let left = cache.len();
        let again = all
            .each_ref()
            .map(|token| cache.verify(&verifier, token, NOW).unwrap());
        let gone: Vec<_> = (0..4)
            .filter(|at| !Arc::ptr_eq(&first[*at], &again[*at]))
            .collect();
        assert_eq!(left, 4 - gone.len());
        gone
    };
    assert_eq!(forgotten(&|cache| cache.forget_kid("a")), [0, 1, 2]);
    assert_eq!(forgotten(&|cache| cache.forget_session("s2")), [1]);
    assert_eq!(forgotten(&|cache| cache.forget_subject("bob")), [2, 3]);
    assert_eq!(forgotten(&|cache| cache.forget_subject("nobody")), [0; 0]);
    assert_eq!(forgotten(&VerifiedCache::clear), [0, 1, 2, 3]);
}

#[test]
fn a_refusal_is_not_remembered() {
    let (cache, verifier) = (VerifiedCache::new(MEGABYTE), verifier());
    for number in 0..1000 {
        let token = signed(
            r#"{"alg":"HS256"}"#,
            claims(json!({"iss": format!("i{number}")})),
        );
        cache.verify(&verifier, &token, NOW).unwrap_err();
    }
    assert_eq!((cache.len(), cache.bytes()), (0, 0));
}

#[test]
fn no_more_is_kept_than_was_asked_for_and_what_is_used_stays() {
    let verifier = verifier();
    let token = |number: usize, size: usize| {
        let claims = claims(json!({"sub": format!("u{number}"), "x": "y".repeat(size)}));
        signed(r#"{"alg":"HS256"}"#, claims)
    };
    for bytes in [0, 1000, 10_000, 100_000, MEGABYTE] {
        let cache = VerifiedCache::new(bytes);
        let hot = token(usize::MAX, 10);
        for number in 0..3000 {
            cache
                .verify(&verifier, token(number, number % 700), NOW)
                .unwrap();
            assert!(cache.bytes() <= bytes, "{} of {bytes}", cache.bytes());
            if number % 5 == 0 {
                cache.verify(&verifier, &hot, NOW).unwrap();
            }
        }
        if bytes >= 100_000 {
            assert!(cache.bytes() > bytes / 2, "{} of {bytes}", cache.bytes());
            let before = cache.len();
            assert!(remembers(&cache, &verifier, &hot));
            assert_eq!(cache.len(), before, "it was still there");
        }
    }
}

#[test]
fn of_tokens_that_are_asked_for_once_the_oldest_go_first() {
    let (cache, verifier) = (VerifiedCache::new(MEGABYTE), verifier());
    let token = |number: usize| {
        signed(
            r#"{"alg":"HS256"}"#,
            claims(json!({ "jti": number.to_string() })),
        )
    };
    let fill = 4_000;
    for number in 0..fill {
        cache.verify(&verifier, token(number), NOW).unwrap();
    }
    let holds = cache.len();
    assert!(2 * holds < fill, "{holds} fit, so nothing went");
    // Parts of the cache do not fill alike.
    let newest = fill - holds / 2..fill;
    let lost = newest
        .clone()
        .filter(|&number| cache.find(&verifier, token(number), NOW).is_none());
    assert_eq!(lost.count(), 0, "of {}", newest.len());
}

#[test]
fn what_was_being_verified_while_it_was_forgotten_is_not_kept() {
    let (cache, ada) = (VerifiedCache::new(MEGABYTE), signer("a"));
    let verifier = verifier_of(&[&ada]);
    let tokens: Vec<_> = (0..64)
        .map(|it| person(&ada, "ada", &format!("s{it}")))
        .collect();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for half in tokens.chunks(32) {
            let (cache, verifier, done) = (&cache, &verifier, &done);
            scope.spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    for token in half {
                        let verified = cache.verify(verifier, token, NOW).unwrap();
                        assert_eq!(verified.subject().as_deref(), Some("ada"));
                    }
                }
            });
        }
        for _ in 0..200 {
            cache.forget_subject("ada");
        }
        done.store(true, Ordering::Relaxed);
    });
    cache.forget_subject("ada");
    assert!(cache.is_empty() && cache.bytes() == 0);
}

proptest! {
    /// Whatever happens in whatever order, the answer is the one without a cache.
    #[test]
    fn the_answer_is_always_that_of_the_verifier(
        steps in proptest::collection::vec((0_u64..800, 0_usize..6, 0_usize..3, 0_usize..8), 1..60),
    ) {
        let cache = VerifiedCache::new(20_000);
        let signers = ["a", "b"].map(signer);
        let verifier = verifier_of(&[&signers[0], &signers[1]]);
        let states = [
            verifier.with_keys(set(&[&signers[0]])),
            verifier.with_keys(set(&[&signers[1]])),
            verifier,
        ];
        let tokens: Vec<_> = (0..6).map(|it| {
            let claims = claims(json!({"sub": format!("u{it}"), "exp": 1_800_000_000 + it * 100}));
            signers[it % 2].sign(&claims).unwrap()
        }).collect();
        for (seconds, token, state, forget) in steps {
            let now = Timestamp::from_unix(NOW.unix() + seconds);
            match forget {
                0 => cache.clear(),
                1 => cache.forget_subject(&format!("u{token}")),
                2 => cache.forget_kid("a"),
                _ => {}
            }
            let cached = cache.verify(&states[state], &tokens[token], now);
            let fresh = states[state].verify(&tokens[token], now);
            prop_assert_eq!(
                cached.map(|it| it.as_json().to_owned()),
                fresh.map(|it| it.as_json().to_owned())
            );
            prop_assert!(cache.bytes() <= 20_000);
        }
    }
}
