//! No bytes that nobody signed are accepted, and whatever is signed is read to an end: refused, or read twice alike.
//!
//! `mkdir -p fuzz/corpus/token && cargo +nightly fuzz run token fuzz/corpus/token fuzz/seeds/token -- -max_len=8200`

#![no_main]

use std::sync::LazyLock;

use betroth_token::{KeySet, SecretAlgorithm, Signer, Timestamp, Value, Verifier};
use libfuzzer_sys::fuzz_target;

const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

static SIGNER: LazyLock<Signer> = LazyLock::new(|| {
    Signer::from_secret("x3Jq0vB7kLm2Nf9RtYw8ZsPd1HcGaUe4", SecretAlgorithm::Hs256).unwrap()
});

static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| {
    let keys = KeySet::new([SIGNER.verifying_key().clone()]).unwrap();
    Verifier::builder("i", "a").build(keys).unwrap()
});

fuzz_target!(|bytes: &[u8]| {
    let refusal = VERIFIER.verify(bytes, NOW).unwrap_err();
    assert!(!refusal.code().is_empty() && refusal.face().status() >= 400);
    let Some(token) = std::str::from_utf8(bytes)
        .ok()
        .and_then(|claims| SIGNER.sign(claims).ok())
    else {
        return;
    };
    if let Ok(claims) = VERIFIER.verify(&token, NOW) {
        assert_eq!(claims.as_json().as_bytes(), bytes);
        walk(Value::Object(claims.root()));
    }
});

/// Every value, to the end.
fn walk(value: Value) {
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::Number(number) => assert!(number.parse::<f64>().is_ok_and(f64::is_finite)),
        Value::Text(text) => drop(text.decode()),
        Value::Array(array) => array.elements().for_each(walk),
        Value::Object(object) => {
            for (name, value) in object.members() {
                assert!(object.get(&name.decode()).is_some());
                walk(value);
            }
        }
    }
}
