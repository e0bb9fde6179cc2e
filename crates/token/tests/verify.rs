//! What a verifier accepts, and what with which code it does not.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

mod forge;

use betroth_contract::{Contract, Environment, Mode};
use betroth_token::{
    Algorithm, Face, KeyFault, KeySet, PublicAlgorithm, Refusal, Signer, Timestamp, Verifier,
    VerifierFault, VerifyingKey, key_set, limits,
};
use forge::*;
use serde_json::json;

const HEADER: &str = r#"{"alg":"HS256"}"#;

/// The verdict on a token with these claims in place of a good one's.
fn with(other: serde_json::Value) -> String {
    verdict(&verifier(), signed(HEADER, claims(other)))
}

/// The verdict on a good token with this header.
fn under(header: &str) -> String {
    verdict(&verifier(), signed(header, claims(json!({}))))
}

/// The verdict on a good token with `text` in place of its claims.
fn saying(text: &str) -> String {
    verdict(&verifier(), signed(HEADER, text))
}

#[test]
fn a_good_token_is_accepted() {
    assert_eq!(with(json!({})), "accepted");
    assert_eq!(with(json!({"aud": [AUDIENCE, "other"]})), "accepted");
    assert_eq!(with(json!({"aud": ["other", AUDIENCE]})), "accepted");
    assert_eq!(
        with(json!({"nbf": 1_800_000_000, "jti": "j", "unknown": {"deep": [1, {"er": null}]}})),
        "accepted"
    );
    assert_eq!(
        with(json!({"exp": 1_800_000_600.5, "iat": 1.8e9})),
        "accepted"
    );
    for header in [
        r#"{"alg":"HS256","typ":"JWT"}"#,
        r#"{"alg":"HS256","typ":"at+jwt"}"#,
        r#"{"alg":"HS256","typ":"application/at+JWT"}"#,
        r#"{ "alg" : "HS256", "kid" : "any" }"#,
        r#"{"\u0061lg":"\u0048S256","kid":"bilbo.baggins@hobbiton.example"}"#,
        r#"{"alg":"HS256","jku":"https://evil.example","x5u":"…","jwk":{"kty":"oct","k":"AA"},"cty":"JWT"}"#,
    ] {
        assert_eq!(under(header), "accepted", "{header}");
    }
}

#[test]
fn a_token_that_is_none_is_refused_by_its_form() {
    let verifier = verifier();
    let good = signed(HEADER, claims(json!({})));
    let [header, payload, signature]: [&str; 3] =
        good.split('.').collect::<Vec<_>>().try_into().unwrap();
    let cases = [
        (String::new(), "token-missing"),
        ("a".into(), "token-parts"),
        ("a.b".into(), "token-parts"),
        (format!("{good}.a"), "token-parts"),
        ("a.b.c.d.e".into(), "token-encrypted"),
        (".".repeat(8192), "token-parts"),
        ("a".repeat(8193), "token-too-long"),
        (format!("{good}{}", "A".repeat(8192)), "token-too-long"),
        (
            format!("{}.{payload}.{signature}", "A".repeat(1025)),
            "header-too-long",
        ),
        (format!(".{payload}.{signature}"), "header-not-json"),
        (
            format!("{header}=.{payload}.{signature}"),
            "header-not-base64url",
        ),
        (
            format!("{header}.{payload}=.{signature}"),
            "claims-not-base64url",
        ),
        (
            format!("{header}.{payload}.{signature}="),
            "signature-malformed",
        ),
        (format!("{header}.{payload}."), "signature-missing"),
        (format!("{header}..{signature}"), "signature-invalid"),
        (
            format!("{header}.{payload}.{}", &signature[1..]),
            "signature-malformed",
        ),
        (
            format!("{header}.{payload}.{signature}AA"),
            "signature-malformed",
        ),
        (
            format!("{header}.{payload}.{}", "A".repeat(43)),
            "signature-invalid",
        ),
        (format!(" {good}"), "header-not-base64url"),
        (format!("{good}\n"), "signature-malformed"),
        (format!("Bearer {good}"), "header-not-base64url"),
        (
            format!(r#"{{"payload":"{payload}","signatures":[]}}"#),
            "token-parts",
        ),
    ];
    for (token, expected) in cases {
        assert_eq!(verdict(&verifier, &token), expected, "{token:.40}");
    }
    assert_eq!(
        verdict(&verifier, b"\xff.\xff.\xff"),
        "header-not-base64url"
    );
}

#[test]
fn a_signature_has_one_text() {
    let verifier = verifier();
    let good = signed(HEADER, claims(json!({})));
    assert_eq!(verdict(&verifier, &good), "accepted");
    let (rest, last) = good.split_at(good.len() - 1);
    let accepted: Vec<_> = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/="
        .chars()
        .filter(|other| verdict(&verifier, format!("{rest}{other}")) == "accepted")
        .collect();
    assert_eq!(accepted, last.chars().collect::<Vec<_>>());
}

#[test]
fn the_header_says_nothing_twice_and_nothing_unknown_that_counts() {
    for (header, expected) in [
        ("{}", "alg-missing"),
        (r#"{"alg":"none"}"#, "alg-not-accepted"),
        (r#"{"alg":"None"}"#, "alg-not-accepted"),
        (r#"{"alg":"NONE"}"#, "alg-not-accepted"),
        (r#"{"alg":"nOnE"}"#, "alg-not-accepted"),
        (r#"{"alg":""}"#, "alg-not-accepted"),
        (r#"{"alg":"hs256"}"#, "alg-not-accepted"),
        (r#"{"alg":"HS512"}"#, "alg-not-accepted"),
        (r#"{"alg":"RS256"}"#, "alg-not-accepted"),
        (r#"{"alg":["HS256"]}"#, "alg-not-accepted"),
        (r#"{"alg":null}"#, "alg-not-accepted"),
        (r#"{"alg":"none","alg":"HS256"}"#, "header-duplicate-member"),
        (
            r#"{"alg":"HS256","\u0061lg":"HS256"}"#,
            "header-duplicate-member",
        ),
        (r#"{"alg":"HS256"}x"#, "header-not-json"),
        (r#"[{"alg":"HS256"}]"#, "header-not-json"),
        (r#""HS256""#, "header-not-json"),
        (r#"{"alg":"HS256","crit":["exp"]}"#, "crit-present"),
        (r#"{"alg":"HS256","crit":[]}"#, "crit-present"),
        (
            r#"{"alg":"HS256","crit":["b64"],"b64":false}"#,
            "crit-present",
        ),
        (r#"{"alg":"HS256","b64":true}"#, "b64-present"),
        (r#"{"alg":"HS256","enc":"A256GCM"}"#, "token-encrypted"),
        (r#"{"alg":"HS256","kid":1}"#, "kid-malformed"),
        (r#"{"alg":"HS256","kid":null}"#, "kid-malformed"),
        (r#"{"alg":"HS256","kid":""}"#, "kid-malformed"),
        (r#"{"alg":"HS256","kid":"../../dev/null"}"#, "kid-malformed"),
        (r#"{"alg":"HS256","kid":"' OR 1=1 --"}"#, "kid-malformed"),
        (r#"{"alg":"HS256","typ":1}"#, "typ-malformed"),
        (r#"{"alg":"HS256","typ":""}"#, "typ-malformed"),
        (r#"{"alg":"HS256","typ":null}"#, "typ-malformed"),
        (r#"{"alg":"HS256","typ":"id_token"}"#, "typ-not-accepted"),
        (r#"{"alg":"HS256","typ":"text/JWT"}"#, "typ-not-accepted"),
        (
            r#"{"alg":"HS256","typ":"application/x/JWT"}"#,
            "typ-not-accepted",
        ),
        (
            r#"{"alg":"HS256","typ":"better-auth.session-cache+jwt"}"#,
            "typ-not-accepted",
        ),
        (r#"{"alg":"HS256","typ":"logout+jwt"}"#, "typ-not-accepted"),
        (r#"{"alg":"HS256","typ":"dpop+jwt"}"#, "typ-not-accepted"),
        (
            r#"{"alg":"HS256","typ":"txntoken+jwt"}"#,
            "typ-not-accepted",
        ),
    ] {
        assert_eq!(under(header), expected, "{header}");
    }
    let deep = format!(
        r#"{{"alg":"HS256","x":{}{}}}"#,
        "[".repeat(16),
        "]".repeat(16)
    );
    assert_eq!(under(&deep), "header-too-deep");
}

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

#[test]
fn the_caller_learns_less_than_the_log() {
    let refusal = |token: String| verifier().verify(token, NOW).unwrap_err();
    let forged = refusal(format!("{}.e30.{}", encode(HEADER), "A".repeat(43)));
    let foreign = refusal(signed(
        HEADER,
        claims(json!({"iss": "https://evil.example"})),
    ));
    for refusal in [&forged, &foreign] {
        assert_eq!(refusal.face(), Face::InvalidToken);
        assert_eq!(refusal.description(), "the token is not accepted");
        assert!(!refusal.to_string().contains("example"), "{refusal}");
    }
    let over = refusal(signed(HEADER, claims(json!({"exp": 1}))));
    assert_eq!(
        (
            over.description(),
            over.face().error(),
            over.face().status()
        ),
        ("the token expired", Some("invalid_token"), 401)
    );
    let none = refusal(String::new());
    assert_eq!(
        (none.face().error(), none.face().status()),
        (Some("invalid_request"), 400)
    );
}

#[test]
fn what_cannot_be_asked_is_refused_at_once() {
    let build = |issuer: &str, audience: &str| Verifier::builder(issuer, audience).build(keys());
    assert!(matches!(
        build("", AUDIENCE),
        Err(VerifierFault::EmptyIssuer)
    ));
    assert!(matches!(
        build(ISSUER, ""),
        Err(VerifierFault::EmptyAudience)
    ));
    let builder = || Verifier::builder(ISSUER, AUDIENCE);
    assert!(matches!(
        builder().leeway(limits::LEEWAY_SECONDS + 1).build(keys()),
        Err(VerifierFault::Leeway)
    ));
    assert!(matches!(
        builder().types([]).build(keys()),
        Err(VerifierFault::NoType)
    ));
    for never in [
        "better-auth.session-cache+jwt",
        "logout+jwt",
        "DPoP+jwt",
        "application/txntoken+jwt",
    ] {
        assert!(
            matches!(
                builder().types(["", never]).build(keys()),
                Err(VerifierFault::TypeNever(_))
            ),
            "{never}"
        );
    }
}

#[test]
fn facts_are_read_where_the_contract_has_them() {
    let names = betroth_token::ClaimNames {
        roles: "realm.roles".into(),
        subject: "user.id".into(),
        ..Default::default()
    };
    let verifier = Verifier::builder(ISSUER, AUDIENCE)
        .names(names)
        .build(keys())
        .unwrap();
    let other = json!({
        "user": {"id": "p\u{e9}7"}, "realm": {"roles": ["admin", "\"x\""]}, "scope": "notes:read  notes:write", "permissions": "a, b,,c",
        "email": "a@example.com", "name": 7, "sid": "s1", "act": {"sub": "agent", "act": {"sub": "before", "role": "root"}},
    });
    let claims = verifier.verify(signed(HEADER, claims(other)), NOW).unwrap();
    assert_eq!(claims.subject().as_deref(), Some("pé7"));
    assert_eq!(claims.roles(), ["admin", "\"x\""]);
    assert_eq!(claims.scopes(), ["notes:read", "notes:write"]);
    assert_eq!(claims.permissions(), ["a", "b", "c"]);
    assert_eq!(claims.email().as_deref(), Some("a@example.com"));
    assert_eq!(
        (claims.name(), claims.organization(), claims.token_id()),
        (None, None, None)
    );
    assert_eq!(claims.session().as_deref(), Some("s1"));
    assert_eq!(
        (claims.issuer().as_deref(), claims.audience()),
        (Some(ISSUER), vec![AUDIENCE.into()])
    );
    assert_eq!(
        (
            claims.expires_at().unix(),
            claims.issued_at().map(Timestamp::unix)
        ),
        (1_800_000_600, Some(1_800_000_000))
    );
    let actor = claims.actor().unwrap();
    assert_eq!(actor.subject().as_deref(), Some("agent"));
    assert_eq!(
        actor.previous().unwrap().subject().as_deref(),
        Some("before")
    );
    assert!(actor.previous().unwrap().previous().is_none());
    assert!(!format!("{claims:?}").contains("agent"));
    assert!(claims.as_json().starts_with(r#"{"iss":"#));
}

fn contract(text: &str) -> Contract {
    Contract::parse(text, "betroth.toml").unwrap()
}

fn environment(variables: &[(&str, &str)]) -> Environment {
    let variables = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Environment::new(Mode::Production, variables)
}

#[test]
fn a_contract_with_a_secret_is_a_verifier() {
    let text = r#"
        [issuer]
        base_url = "https://app.example.com"
        [keys]
        form = "shared-secret"
        [token]
        audience = "https://api.example.com"
        max_age = "1h"
        [api]
    "#;
    let (contract, environment) = (contract(text), environment(&[("JWT_SECRET", SECRET)]));
    let resolved = contract.resolve(&environment);
    let verifier = Verifier::from_contract(resolved, None, KeySet::none(&[])).unwrap();
    assert_eq!(
        verdict(&verifier, signed(HEADER, claims(json!({})))),
        "accepted"
    );
    assert_eq!(
        verdict(&verifier, signed(HEADER, claims(json!({"iat": 1})))),
        "token-too-old iat"
    );
    assert_eq!(
        verdict(&verifier, signed(HEADER, claims(json!({"sub": null})))),
        "claim-missing sub"
    );
}

#[test]
fn a_contract_whose_secret_is_weak_is_no_verifier() {
    let contract = contract(
        "[issuer]\nbase_url = \"https://app.example.com\"\n[keys]\nform = \"shared-secret\"\n[api]",
    );
    let environment = environment(&[("JWT_SECRET", "secret")]);
    let fault = KeySet::from_contract(contract.resolve(&environment)).unwrap_err();
    assert!(matches!(
        fault,
        VerifierFault::Key(KeyFault::SecretShort {
            bytes: 6,
            least: 32
        })
    ));
    let message = fault.to_string();
    assert!(message.contains("`openssl rand -base64 32`"), "{message}");
}

#[test]
fn a_contract_with_a_public_key_takes_pem_jwk_and_jwk_set() {
    let signer = Signer::generate(PublicAlgorithm::EdDsa).unwrap();
    let token = signer.sign(&claims(json!({}))).unwrap();
    let contract = contract(
        "[issuer]\nbase_url = \"https://app.example.com\"\n[keys]\nform = \"public-key\"\n[token]\naudience = \"https://api.example.com\"\n[api]",
    );
    let jwk = signer.verifying_key().to_jwk().unwrap();
    for key in [jwk, key_set([signer.verifying_key()])] {
        let environment = environment(&[("BETTER_AUTH_PUBLIC_KEY", &key)]);
        let verifier =
            Verifier::from_contract(contract.resolve(&environment), None, KeySet::none(&[]))
                .unwrap();
        assert_eq!(verdict(&verifier, &token), "accepted");
    }
    let pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----";
    let environment = environment(&[("BETTER_AUTH_PUBLIC_KEY", pem)]);
    let verifier =
        Verifier::from_contract(contract.resolve(&environment), None, KeySet::none(&[])).unwrap();
    assert_eq!(verdict(&verifier, &token), "signature-invalid");
}

#[test]
fn pem_is_for_one_algorithm_of_the_contract() {
    let signer = Signer::generate(PublicAlgorithm::Rs256).unwrap();
    let text = |algorithms: &str| {
        format!(
            "[issuer]\nbase_url = \"https://app.example.com\"\n[keys]\nform = \"public-key\"\nalgorithms = {algorithms}\n[api]"
        )
    };
    let pem = {
        let key = signer.to_pem().unwrap();
        // The public half alone.
        let pair = Signer::from_pem(&key, PublicAlgorithm::Rs256).unwrap();
        pair.verifying_key().to_pem().unwrap()
    };
    let environment = environment(&[("BETTER_AUTH_PUBLIC_KEY", &pem)]);
    let keys = |algorithms: &str| {
        let contract = contract(&text(algorithms));
        KeySet::from_contract(contract.resolve(&environment)).map(|keys| keys.unwrap().keys().len())
    };
    assert_eq!(keys(r#"["PS256", "EdDSA"]"#).unwrap(), 1);
    assert!(matches!(
        keys(r#"["RS256", "PS256"]"#),
        Err(VerifierFault::Key(KeyFault::AlgorithmUnclear))
    ));
    assert!(matches!(
        keys(r#"["ES256"]"#),
        Err(VerifierFault::Key(KeyFault::KindMismatch))
    ));
}

#[test]
fn a_contract_with_a_key_set_waits_for_it() {
    let contract = contract(
        "[issuer]\nbase_url = \"https://app.example.com\"\n[token]\naudience = \"https://api.example.com\"\n[api]",
    );
    let environment = environment(&[]);
    let resolved = contract.resolve(&environment);
    assert!(KeySet::from_contract(resolved).unwrap().is_none());
    let waiting =
        Verifier::from_contract(resolved, None, KeySet::none(&contract.keys.algorithms())).unwrap();
    let signer = Signer::generate(PublicAlgorithm::EdDsa).unwrap();
    let token = signer.sign(&claims(json!({}))).unwrap();
    assert_eq!(verdict(&waiting, &token), "keys-unavailable");
    let fetched = KeySet::from_jwks(
        &key_set([signer.verifying_key()]),
        &contract.keys.algorithms(),
    )
    .unwrap();
    assert_eq!(verdict(&waiting.with_keys(fetched), &token), "accepted");
}
