//! Each form is one text, under one header.

use betroth_better_auth::Strategy;
use serde_json::{Value, json};

use super::{cache, decode, encode, refused, signed};
use crate::values::newest;

#[test]
fn a_compact_cache_is_one_text() {
    let version = newest();
    let real = version.cache("compact");
    let text = decode(real.value());
    let later = text.replace(
        r#""expiresAt":1767323345678,"signature""#,
        r#""expiresAt":1767323345679,"signature""#,
    );
    let zero = text.replace(
        r#""expiresAt":1767323345678,"#,
        r#""expiresAt":01767323345678,"#,
    );
    let float = text.replace(
        r#""expiresAt":1767323345678,"#,
        r#""expiresAt":1767323345678.0,"#,
    );
    let changed = text.replace("Ada", "Bob");
    let spaced = text.replace(r#""name":"Ada""#, r#""name": "Ada""#);
    let twice = text.replacen('{', r#"{"expiresAt":1,"#, 1);
    let more = text.replacen('{', r#"{"more":1,"#, 1);
    let after = format!("{text} x");
    let array = r#"{"session":[],"expiresAt":1767323345678,"signature":"AAAA"}"#.to_owned();
    let nested = format!("{}{}", r#"{"session":"#.repeat(400), "}".repeat(400));
    assert!(text.contains("Ada") && later != text && float != text);
    for (text, code) in [
        (later, "signature-mismatch"),
        (changed, "signature-mismatch"),
        (spaced, "signature-mismatch"),
        (zero, "cache-malformed"),
        (float, "cache-malformed"),
        (twice, "cache-malformed"),
        (more, "cache-malformed"),
        (after, "cache-malformed"),
        (array, "cache-malformed"),
        (nested, "cache-malformed"),
        (String::new(), "cache-malformed"),
    ] {
        let read =
            cache(version, Strategy::Compact).read(&encode(&text), &real.token, version.now());
        assert_eq!(refused(read), code, "{text}");
    }
    let padded = format!("{}=", real.value());
    let read = cache(version, Strategy::Compact).read(&padded, &real.token, version.now());
    assert_eq!(refused(read), "cache-malformed");
}

#[test]
fn a_token_has_the_one_header_that_better_auth_writes() {
    let version = newest();
    let real = version.cache("jwt");
    let payload = decode(real.value().split('.').nth(1).unwrap());
    let jwt = cache(version, Strategy::Jwt);
    let read = |value: &str| jwt.read(value, &real.token, version.now());
    assert!(read(&signed(version, r#"{"alg":"HS256"}"#, &payload)).is_ok());
    for (header, code) in [
        (r#"{"alg":"none"}"#, "cache-algorithm"),
        (r#"{"alg":"HS512"}"#, "cache-algorithm"),
        (r#"{"alg":"hs256"}"#, "cache-algorithm"),
        (
            r#"{"alg":"HS256","crit":["b64"],"b64":false}"#,
            "cache-malformed",
        ),
        (r#"{"alg":"HS256","typ":"at+jwt"}"#, "cache-malformed"),
        (r#"{"alg":"HS256","alg":"HS256"}"#, "cache-malformed"),
        ("{}", "cache-malformed"),
        ("", "cache-malformed"),
    ] {
        assert_eq!(
            refused(read(&signed(version, header, &payload))),
            code,
            "{header}"
        );
    }
    let value = real.value();
    for changed in [
        format!("{value}.x"),
        value.replace('.', ""),
        format!("{value}="),
    ] {
        assert!(read(&changed).is_err());
    }
}

#[test]
fn the_claims_of_a_token_are_read_in_one_way() {
    let version = newest();
    let real = version.cache("jwt");
    let payload: Value =
        serde_json::from_str(&decode(real.value().split('.').nth(1).unwrap())).unwrap();
    let with = |member: &str, value: Value| {
        let mut payload = payload.clone();
        payload[member] = value;
        payload.to_string()
    };
    let session = |value: Value| {
        let mut session = payload["session"].clone();
        session["expiresAt"] = value;
        with("session", session)
    };
    let mut endless = payload.clone();
    endless.as_object_mut().unwrap().remove("exp");
    let twice = payload
        .to_string()
        .replacen('{', r#"{"exp":9999999999,"#, 1);
    let token_twice = payload
        .to_string()
        .replacen(r#""token""#, r#""token":"t","token""#, 1);
    for (payload, code) in [
        (endless.to_string(), "cache-malformed"),
        (twice, "cache-malformed"),
        (token_twice, "payload"),
        (with("exp", json!("9999999999")), "cache-malformed"),
        (with("exp", json!(9_999_999_999.5)), "cache-malformed"),
        (with("exp", json!(u64::MAX)), "cache-malformed"),
        (with("exp", json!(1)), "cache-expired"),
        (
            with("nbf", json!(version.now / 1000 + 1)),
            "cache-not-yet-valid",
        ),
        (with("version", json!(1)), "cache-malformed"),
        (with("version", json!("2")), "cache-other-version"),
        (with("session", json!([])), "payload"),
        (with("session", json!({})), "payload"),
        (session(json!("2026-01-09")), "payload"),
        (session(json!("2026-01-09T03:04:05Z")), "payload"),
        (session(json!(1_767_927_845_678_u64)), "payload"),
        (session(Value::Null), "payload"),
    ] {
        let value = signed(version, r#"{"alg":"HS256"}"#, &payload);
        let read = cache(version, Strategy::Jwt).read(&value, &real.token, version.now());
        assert_eq!(refused(read), code, "{payload}");
    }
    for (member, value) in [
        ("version", json!("")),
        ("version", Value::Null),
        ("nbf", json!(version.now / 1000)),
    ] {
        let value = signed(version, r#"{"alg":"HS256"}"#, &with(member, value));
        assert!(
            cache(version, Strategy::Jwt)
                .read(&value, &real.token, version.now())
                .is_ok()
        );
    }
}

#[test]
fn an_encrypted_cache_has_the_one_header_that_better_auth_writes() {
    let version = newest();
    let real = version.cache("jwe");
    let [header, _, iv, text, tag] = real
        .value()
        .split('.')
        .collect::<Vec<_>>()
        .try_into()
        .unwrap();
    let (kid, short) = (decode(header), &tag[..tag.len() - 4]);
    let other = |from: &str, to: &str| encode(kid.replace(from, to));
    for (value, code) in [
        (
            format!("{header}.{header}.{iv}.{text}.{tag}"),
            "cache-malformed",
        ),
        (format!("{header}..{iv}.{text}"), "cache-malformed"),
        (format!("{header}..{iv}.{text}.{tag}.x"), "cache-malformed"),
        (format!("{header}..{tag}.{text}.{tag}"), "cache-malformed"),
        (format!("{header}..{iv}.{text}."), "signature-mismatch"),
        (
            format!("{header}..{iv}.{text}.{short}"),
            "signature-mismatch",
        ),
        (format!("{header}..{iv}.{iv}.{tag}"), "signature-mismatch"),
        (
            format!("{}..{iv}.{text}.{tag}", other("dir", "A256KW")),
            "cache-algorithm",
        ),
        (
            format!("{}..{iv}.{text}.{tag}", other("A256CBC-HS512", "A256GCM")),
            "cache-algorithm",
        ),
        (
            format!("{}..{iv}.{text}.{tag}", other("{", "{\"zip\":\"DEF\",")),
            "cache-malformed",
        ),
        (
            format!("{}..{iv}.{text}.{tag}", other("kid\":\"", "kid\":\"x")),
            "key-unknown",
        ),
        (
            format!("{}..{iv}.{text}.{tag}", other("kid", "kit")),
            "cache-malformed",
        ),
    ] {
        let read = cache(version, Strategy::Jwe).read(&value, &real.token, version.now());
        assert_eq!(refused(read), code, "{value}");
    }
}
