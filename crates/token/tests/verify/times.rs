//! From when until when a token holds.

use betroth_token::{Timestamp, Verifier};
use serde_json::json;

use crate::forge::*;
use crate::{HEADER, saying, with};

#[test]
fn a_time_is_a_number_and_no_wrong_one_is_as_none() {
    for name in ["exp", "nbf", "iat"] {
        for value in [
            json!("1800000600"),
            json!(true),
            json!([]),
            json!({}),
            json!(-1),
            json!(-5),
            json!(1e300),
        ] {
            assert_eq!(
                with(json!({ name: value })),
                format!("claim-malformed {name}"),
                "{value}"
            );
        }
        let text = claims(json!({})).replace("1800000600", "1800000600,\"nbf\":null");
        assert_eq!(saying(&text), "claim-malformed nbf");
    }
    let written = |number: &str| saying(&claims(json!({})).replace("1800000600", number));
    assert_eq!(written("null"), "claim-malformed exp");
    assert_eq!(written("1e400"), "claims-not-json");
    assert_eq!(written("-0"), "claim-malformed exp");
    assert_eq!(with(json!({"exp": null})), "claim-missing exp");
    assert_eq!(with(json!({"iat": null})), "claim-missing iat");
}

#[test]
fn a_token_holds_from_nbf_until_exp_give_or_take_the_leeway() {
    for (other, expected) in [
        (json!({"exp": 1_799_999_971}), "accepted"),
        (json!({"exp": 1_799_999_970}), "token-expired exp"),
        (json!({"exp": 1_799_999_970.9}), "token-expired exp"),
        (json!({"exp": 0}), "token-expired exp"),
        (json!({"nbf": 1_800_000_030}), "accepted"),
        (json!({"nbf": 1_800_000_030.1}), "token-not-yet-valid nbf"),
        (json!({"nbf": 1_800_000_031}), "token-not-yet-valid nbf"),
        (json!({"iat": 1_800_000_030}), "accepted"),
        (json!({"iat": 1_800_000_031}), "token-issued-in-future iat"),
        (json!({"iat": 1}), "accepted"),
    ] {
        assert_eq!(with(other.clone()), expected, "{other}");
    }
    let verifier = Verifier::builder(ISSUER, AUDIENCE)
        .leeway(0)
        .build(keys())
        .unwrap();
    let token = signed(
        HEADER,
        claims(json!({"nbf": 1_800_000_000, "exp": 1_800_000_001})),
    );
    let at = |seconds| {
        verifier
            .verify(&token, Timestamp::from_unix(seconds))
            .map_err(|refusal| refusal.code())
    };
    assert_eq!(at(1_799_999_999).unwrap_err(), "token-not-yet-valid");
    assert!(at(1_800_000_000).is_ok());
    assert_eq!(at(1_800_000_001).unwrap_err(), "token-expired");
    assert_eq!(at(u64::MAX).unwrap_err(), "token-expired");
}

#[test]
fn a_token_has_a_greatest_age_only_where_one_is_set() {
    let verifier = Verifier::builder(ISSUER, AUDIENCE)
        .max_age(60)
        .required(["sub"])
        .build(keys())
        .unwrap();
    let aged =
        |iat: serde_json::Value| verdict(&verifier, signed(HEADER, claims(json!({ "iat": iat }))));
    assert_eq!(aged(json!(1_799_999_911)), "accepted");
    assert_eq!(aged(json!(1_799_999_910)), "token-too-old iat");
    assert_eq!(aged(json!(null)), "claim-missing iat");
}
