//! The cache that is signed with a key of the key set, as other tokens are.

use std::time::SystemTime;

use betroth_better_auth::KeySetCache;
use serde_json::{Value, json};

use super::{decode, encode, refused};
use crate::{key_set::holds, values::newest};

#[test]
fn a_cache_of_the_key_set_is_told_from_other_tokens_of_the_same_keys() {
    let version = newest();
    let real = version.cache("key set, EdDSA");
    let keys = real.keys.as_ref().unwrap();
    let read = |issuer: &str, value: &str, token: &str, now: SystemTime| {
        KeySetCache::new(issuer).read(value, token, now, |signature| holds(keys, signature))
    };
    let issuer = real.issuer.as_deref().unwrap();
    let now = version.now();
    assert!(read(issuer, real.value(), &real.token, now).is_ok());
    assert_eq!(
        refused(read(
            "https://other.example",
            real.value(),
            &real.token,
            now
        )),
        "cache-claim"
    );
    assert_eq!(
        refused(read(issuer, real.value(), "another-token", now)),
        "cache-other-session"
    );
    let [header, payload, signature] = real
        .value()
        .split('.')
        .collect::<Vec<_>>()
        .try_into()
        .unwrap();
    let with = |from: &str, to: &str| {
        format!(
            "{}.{payload}.{signature}",
            encode(decode(header).replace(from, to))
        )
    };
    for (value, code) in [
        (with("better-auth.session-cache+jwt", "JWT"), "cache-claim"),
        (with("EdDSA", "HS256"), "cache-algorithm"),
        (with("EdDSA", "none"), "cache-algorithm"),
        (with("EdDSA", "ES256"), "signature-mismatch"),
        (with("\"kid\":\"", "\"kid\":\"x"), "signature-mismatch"),
        (
            with("{", "{\"jku\":\"https://other.example\","),
            "cache-malformed",
        ),
    ] {
        assert_eq!(
            refused(read(issuer, &value, &real.token, now)),
            code,
            "{value}"
        );
    }
}

#[test]
fn the_claims_of_a_cache_of_the_key_set_are_of_its_session() {
    let version = newest();
    let real = version.cache("key set, EdDSA");
    let [header, payload, _] = real
        .value()
        .split('.')
        .collect::<Vec<_>>()
        .try_into()
        .unwrap();
    let payload: Value = serde_json::from_str(&decode(payload)).unwrap();
    let issuer = real.issuer.as_deref().unwrap();
    for (claim, value) in [
        ("aud", json!("http://localhost:3000")),
        ("aud", json!(["better-auth:session-cache"])),
        ("iss", Value::Null),
        ("sub", json!("someone-else")),
        ("sid", json!("another-token")),
    ] {
        let mut payload = payload.clone();
        payload[claim] = value.clone();
        let value = format!("{header}.{}.AAAA", encode(payload.to_string()));
        let read = KeySetCache::new(issuer).read(&value, &real.token, version.now(), |_| true);
        let code = if claim == "aud" && payload[claim].is_array() {
            "cache-malformed"
        } else {
            "cache-claim"
        };
        assert_eq!(refused(read), code, "{claim}");
    }
}
