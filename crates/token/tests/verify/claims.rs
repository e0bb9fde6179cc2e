//! What the claims must say.

use betroth_token::Verifier;
use serde_json::json;

use crate::forge::*;
use crate::{HEADER, saying, with};

#[test]
fn claims_are_read_one_way_only() {
    let good = claims(json!({}));
    let inner = good.strip_prefix('{').unwrap();
    for (text, expected) in [
        (String::new(), "claims-not-json"),
        ("[]".into(), "claims-not-json"),
        ("\"text\"".into(), "claims-not-json"),
        (format!("{good}x"), "claims-not-json"),
        (format!("{good}{good}"), "claims-not-json"),
        (
            format!("{{\"sub\":\"admin\",{inner}"),
            "claims-duplicate-member",
        ),
        (
            format!("{{\"\\u0073ub\":\"admin\",{inner}"),
            "claims-duplicate-member",
        ),
        (
            format!("{{\"x\":{{\"y\":1,\"y\":2}},{inner}"),
            "claims-duplicate-member",
        ),
        (format!("{{\"x\":\"\\ud800\",{inner}"), "claims-not-json"),
        (
            format!("{{\"x\":{}1{},{inner}", "[".repeat(2500), "]".repeat(2500)),
            "claims-too-deep",
        ),
    ] {
        assert_eq!(saying(&text), expected, "{text:.60}");
    }
    let wide: Vec<_> = (0..60).map(|number| format!("\"m{number}\":0")).collect();
    assert_eq!(
        saying(&format!("{{{},{inner}", wide.join(","))),
        "claims-too-many-members"
    );
    let verifier = verifier();
    assert_eq!(
        verdict(&verifier, signed(HEADER, b"{\"sub\":\"\xff\"}")),
        "claims-not-json"
    );
    assert_eq!(
        verdict(&verifier, signed_parts(&encode(HEADER), "e30=")),
        "claims-not-base64url"
    );
    assert_eq!(
        verdict(&verifier, signed_parts(&encode(HEADER), "e31")),
        "claims-not-base64url"
    );
}

#[test]
fn nothing_of_the_claims_is_read_before_the_signature_holds() {
    let forged =
        |payload: &str| format!("{}.{}.{}", encode(HEADER), encode(payload), "A".repeat(43));
    let over = claims(json!({"exp": 1}));
    for payload in [&over, "no JSON", "{}", ""] {
        assert_eq!(
            verdict(&verifier(), forged(payload)),
            "signature-invalid",
            "{payload}"
        );
    }
}

#[test]
fn the_issuer_is_compared_byte_for_byte() {
    for (iss, expected) in [
        (json!("https://app.example.com/"), "issuer-mismatch iss"),
        (json!("https://app.example.co"), "issuer-mismatch iss"),
        (json!("https://APP.example.com"), "issuer-mismatch iss"),
        (
            json!("https://app.example.com.evil.example"),
            "issuer-mismatch iss",
        ),
        (json!(""), "issuer-mismatch iss"),
        (json!([ISSUER]), "claim-malformed iss"),
        (json!({"iss": ISSUER}), "claim-malformed iss"),
        (json!(1), "claim-malformed iss"),
        (json!(null), "claim-missing iss"),
    ] {
        assert_eq!(with(json!({"iss": iss})), expected, "{iss}");
    }
}

#[test]
fn the_audience_names_us() {
    for (aud, expected) in [
        (json!("https://api.example.com/v1"), "audience-mismatch aud"),
        (json!("https://api.example.co"), "audience-mismatch aud"),
        (json!("better-auth:session-cache"), "audience-mismatch aud"),
        (json!([]), "audience-mismatch aud"),
        (json!([""]), "audience-mismatch aud"),
        (json!(["other"]), "audience-mismatch aud"),
        (json!([[AUDIENCE]]), "claim-malformed aud"),
        (json!([AUDIENCE, 1]), "claim-malformed aud"),
        (json!({"0": AUDIENCE}), "claim-malformed aud"),
        (json!(7), "claim-malformed aud"),
        (json!(null), "claim-missing aud"),
    ] {
        assert_eq!(with(json!({"aud": aud})), expected, "{aud}");
    }
}

#[test]
fn other_claims_are_of_their_type() {
    for (other, expected) in [
        (json!({"sub": null}), "claim-missing sub"),
        (json!({"sub": ""}), "claim-malformed sub"),
        (json!({"sub": 7}), "claim-malformed sub"),
        (json!({"jti": 7}), "claim-malformed jti"),
        (
            json!({"act": {"sub": "agent", "act": {"sub": "before"}}}),
            "accepted",
        ),
        (json!({"act": {}}), "accepted"),
        (json!({"act": "agent"}), "claim-malformed act"),
        (json!({"act": ["agent"]}), "claim-malformed act"),
        (json!({"act": {"sub": 7}}), "claim-malformed act"),
    ] {
        assert_eq!(with(other.clone()), expected, "{other}");
    }
    let verifier = Verifier::builder(ISSUER, AUDIENCE)
        .required(["realm.roles", "jti"])
        .build(keys())
        .unwrap();
    let asked = |other| verdict(&verifier, signed(HEADER, claims(other)));
    assert_eq!(
        asked(json!({"jti": "j", "realm": {"roles": []}})),
        "accepted"
    );
    assert_eq!(
        asked(json!({"jti": "j", "realm": []})),
        "claim-missing realm.roles"
    );
    assert_eq!(
        asked(json!({"jti": "", "realm": {"roles": []}})),
        "claim-malformed jti"
    );
    let null = claims(json!({"jti": "j"})).replace("\"u1\"", "\"u1\",\"realm\":{\"roles\":null}");
    assert_eq!(
        verdict(&verifier, signed(HEADER, null)),
        "claim-missing realm.roles"
    );
}

#[test]
fn rfc_9068_is_strict_on_request() {
    let verifier = Verifier::builder(ISSUER, AUDIENCE)
        .rfc9068()
        .build(keys())
        .unwrap();
    let full = json!({"client_id": "web", "jti": "j"});
    let typed = r#"{"alg":"HS256","typ":"at+jwt"}"#;
    assert_eq!(
        verdict(&verifier, signed(typed, claims(full.clone()))),
        "accepted"
    );
    assert_eq!(
        verdict(&verifier, signed(HEADER, claims(full.clone()))),
        "typ-not-accepted"
    );
    assert_eq!(
        verdict(
            &verifier,
            signed(r#"{"alg":"HS256","typ":"JWT"}"#, claims(full.clone()))
        ),
        "typ-not-accepted"
    );
    for name in ["client_id", "jti", "iat", "sub", "exp", "iss", "aud"] {
        let mut lacking = full.clone();
        lacking[name] = json!(null);
        assert_eq!(
            verdict(&verifier, signed(typed, claims(lacking))),
            format!("claim-missing {name}")
        );
    }
}

#[test]
fn several_audiences_may_be_ours() {
    let verifier = Verifier::builder(ISSUER, AUDIENCE)
        .or_audience("https://old.example.com")
        .build(keys())
        .unwrap();
    let told = |aud| verdict(&verifier, signed(HEADER, claims(json!({ "aud": aud }))));
    assert_eq!(told(json!(AUDIENCE)), "accepted");
    assert_eq!(told(json!(["x", "https://old.example.com"])), "accepted");
    assert_eq!(
        told(json!("https://other.example.com")),
        "audience-mismatch aud"
    );
    let other = Verifier::builder(ISSUER, AUDIENCE)
        .or_audience("")
        .build(keys());
    assert!(other.is_err());
}
