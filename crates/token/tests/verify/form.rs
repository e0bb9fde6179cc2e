//! Three parts, each in its one text, and a header that says one thing.

use serde_json::json;

use crate::forge::*;
use crate::{HEADER, under, with};

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
    let wide: Vec<_> = (0..64).map(|number| format!("\"{number}\":0")).collect();
    let wide = format!(r#"{{"alg":"HS256",{}}}"#, wide.join(","));
    assert_eq!(under(&wide), "header-too-many-members");
}
