//! Several keys.

use betroth_token::{KeySet, KeySetFault, VerifyingKey};
use serde_json::{Value, json};

use crate::{ec, ed, every, oct, rsa, with};

fn set(keys: &[Value]) -> Result<KeySet, KeySetFault> {
    KeySet::from_jwks(&json!({ "keys": keys }).to_string(), &every())
}

/// The reason of each key that is out, by its position.
fn out(keys: &[Value]) -> Vec<(usize, &'static str)> {
    let set = set(keys).unwrap();
    assert_eq!(set.keys().len() + set.refused().len(), keys.len());
    set.refused()
        .iter()
        .map(|key| (key.position, key.fault.code()))
        .collect()
}

#[test]
fn one_bad_key_leaves_the_others() {
    let bad = with(ec(), json!({"kid": "b", "use": "enc"}));
    let unknown = json!({"kty": "AKP", "alg": "ML-DSA-44", "kid": "u", "pub": "AA"});
    assert_eq!(
        out(&[rsa(), bad, ec(), unknown, ed()]),
        [(1, "key-use"), (3, "key-kind-unknown")]
    );
    let named = set(&[with(rsa(), json!({"e": "AQ"}))]).unwrap();
    assert_eq!(named.refused()[0].kid.as_deref(), Some("r"));
}

#[test]
fn two_keys_of_one_kid_are_both_out() {
    let twin = with(ec(), json!({"kid": "r"}));
    assert_eq!(
        out(&[rsa(), ed(), twin]),
        [(0, "key-kid-duplicate"), (2, "key-kid-duplicate")]
    );
    let written = r#"{"keys":[KEY,{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","k\u0069d":"\u0072","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
    let written = written.replace("KEY", &rsa().to_string());
    assert!(
        KeySet::from_jwks(&written, &every())
            .unwrap()
            .keys()
            .is_empty()
    );
    // One that is out for another reason makes the other no less ambiguous.
    let other = with(rsa(), json!({"use": "enc"}));
    assert_eq!(
        out(&[rsa(), other]),
        [(0, "key-kid-duplicate"), (1, "key-use")]
    );
}

#[test]
fn keys_without_a_kid_are_bounded() {
    let bare = with(ed(), json!({"kid": null}));
    let keys = vec![bare; 6];
    assert_eq!(out(&keys), [(4, "key-kid-absent"), (5, "key-kid-absent")]);
}

#[test]
fn a_set_that_shows_too_much_is_refused_as_a_whole() {
    assert_eq!(set(&[rsa(), oct()]).unwrap_err(), KeySetFault::Mixed);
    assert_eq!(
        set(&[rsa(), with(oct(), json!({"use": "enc", "alg": "dir"}))]).unwrap_err(),
        KeySetFault::Mixed
    );
    for member in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        assert_eq!(
            set(&[ec(), with(rsa(), json!({ member: "AQAB" }))]).unwrap_err(),
            KeySetFault::Private,
            "{member}"
        );
    }
    assert_eq!(set(&vec![ed(); 101]).unwrap_err(), KeySetFault::TooManyKeys);
    let text = |text: &str| KeySet::from_jwks(text, &every()).unwrap_err().code();
    assert_eq!(text("<html>"), "key-set-not-json");
    assert_eq!(text(r#"{"keys":[],"keys":[]}"#), "key-set-not-json");
    assert_eq!(text(r#"{"keys":{}}"#), "key-set-no-keys");
    assert_eq!(text(r#"{"keys":[null]}"#), "key-set-no-keys");
    assert_eq!(text(&rsa().to_string()), "key-set-no-keys");
    assert_eq!(text(&" ".repeat(256 * 1024 + 1)), "key-set-too-long");
    assert!(set(&[]).unwrap().keys().is_empty());
    assert_eq!(
        set(&[oct(), with(oct(), json!({"kid": "t"}))])
            .unwrap()
            .keys()
            .len(),
        2
    );
}

#[test]
fn keys_that_are_held_already_do_not_mix_either() {
    let secret = VerifyingKey::from_jwk(&oct().to_string(), &every()).unwrap();
    let public = VerifyingKey::from_jwk(&ed().to_string(), &every()).unwrap();
    assert_eq!(
        KeySet::new([secret.clone(), public.clone()]).unwrap_err(),
        KeySetFault::Mixed
    );
    let many = vec![public.clone(); 101];
    assert_eq!(KeySet::new(many).unwrap_err(), KeySetFault::TooManyKeys);
    let twins = KeySet::new([public.clone(), public]).unwrap();
    assert_eq!((twins.keys().len(), twins.refused().len()), (0, 2));
}
