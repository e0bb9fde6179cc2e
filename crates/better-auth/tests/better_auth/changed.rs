//! What a stranger can do to a cache that Better Auth wrote.

use std::time::{Duration, SystemTime};

use aws_lc_rs::hmac;
use betroth_better_auth::{CachedSession, CookieCache, Error, KeySetCache, Secret, Strategy};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    key_set::holds,
    values::{Version, newest},
};

const FORMS: [(&str, Strategy); 3] = [
    ("compact", Strategy::Compact),
    ("jwt", Strategy::Jwt),
    ("jwe", Strategy::Jwe),
];

fn cache(version: &Version, strategy: Strategy) -> CookieCache {
    CookieCache::new(strategy, &version.secret().into())
}

fn encode(text: impl AsRef<[u8]>) -> String {
    base64_simd::URL_SAFE_NO_PAD.encode_to_string(text)
}

fn decode(text: &str) -> String {
    String::from_utf8(base64_simd::URL_SAFE_NO_PAD.decode_to_vec(text).unwrap()).unwrap()
}

/// A token with another header or payload, signed with the right secret.
fn signed(version: &Version, header: &str, payload: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, version.secret.as_bytes());
    let message = format!("{}.{}", encode(header), encode(payload));
    let signature = encode(hmac::sign(&key, message.as_bytes()));
    format!("{message}.{signature}")
}

fn refused(read: Result<CachedSession, Error>) -> &'static str {
    read.unwrap_err().code()
}

#[test]
fn the_cache_of_another_session_is_refused() {
    let version = newest();
    for (what, strategy) in FORMS {
        let read = cache(version, strategy).read(
            version.cache(what).value(),
            "another-token",
            version.now(),
        );
        assert_eq!(refused(read), "cache-other-session", "{what}");
    }
}

#[test]
fn the_cache_of_another_version_is_refused_unless_any_is_read() {
    let version = newest();
    let seventh = version.cache("compact, version 7");
    let read = |expected: Option<&str>| {
        cache(version, Strategy::Compact)
            .with_version(expected.map(ToOwned::to_owned))
            .read(seventh.value(), &seventh.token, version.now())
    };
    assert_eq!(refused(read(Some("1"))), "cache-other-version");
    assert_eq!(read(None).unwrap().version(), "7");
}

#[test]
fn a_cache_is_refused_under_another_secret_and_in_another_form() {
    let version = newest();
    let other = Secret::new("another-made-up-test-secret").unwrap();
    for (what, strategy) in FORMS {
        let value = version.cache(what);
        let read = |cache: CookieCache| cache.read(value.value(), &value.token, version.now());
        let code = if what == "jwe" {
            "key-unknown"
        } else {
            "signature-mismatch"
        };
        assert_eq!(
            refused(read(CookieCache::new(strategy, &other.clone().into()))),
            code
        );
        for (form, strategy) in FORMS.into_iter().filter(|(form, _)| *form != what) {
            let read = read(cache(version, strategy));
            assert!(read.is_err(), "{what} as {form}");
        }
    }
}

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

#[test]
fn a_cache_without_end_is_refused_before_it_is_read() {
    let version = newest();
    let long = "A".repeat(betroth_better_auth::MAX_COOKIE_HEADER + 1);
    for (_, strategy) in FORMS {
        assert_eq!(
            refused(cache(version, strategy).read(&long, "t", version.now())),
            "too-large"
        );
    }
    let read = KeySetCache::new("x").read(&long, "t", version.now(), |_| true);
    assert_eq!(refused(read), "too-large");
}

#[test]
fn neither_cache_nor_session_is_shown() {
    let version = newest();
    let real = version.cache("compact");
    let cached = cache(version, Strategy::Compact)
        .read(real.value(), &real.token, version.now())
        .unwrap();
    let shown = format!(
        "{cached:?} {:?} {:?}",
        cached.user(),
        cache(version, Strategy::Jwe)
    );
    for hidden in [&real.token, "Ada", &version.secret] {
        assert!(!shown.contains(hidden), "{shown}");
    }
}

#[test]
fn what_better_auth_would_not_read_is_not_written() {
    let version = newest();
    let (session, user) = session_and_user();
    let write = |strategy, session: &Value, user: &Value| {
        cache(version, strategy)
            .write(session, user, Duration::from_mins(5), version.now())
            .map(drop)
    };
    let without = |row: &Value, member: &str| {
        let mut row = row.clone();
        row.as_object_mut().unwrap().remove(member);
        row
    };
    let absent = |member: &str| {
        Err(Error::Payload {
            member: member.to_owned(),
        })
    };
    for (_, strategy) in FORMS {
        for member in ["id", "token", "userId", "expiresAt"] {
            let expected = absent(&format!("session.{member}"));
            assert_eq!(write(strategy, &without(&session, member), &user), expected);
        }
        for member in ["id", "email", "name"] {
            let expected = absent(&format!("user.{member}"));
            assert_eq!(write(strategy, &session, &without(&user, member)), expected);
        }
        assert_eq!(write(strategy, &json!([]), &user), absent("session.id"));
    }
    let mut rich = user.clone();
    rich["credit"] = json!(1.5);
    let told = write(Strategy::Compact, &session, &rich).unwrap_err();
    assert_eq!(
        told.to_string(),
        "`user.credit` does not survive JavaScript: the number may be spelled otherwise"
    );
    assert_eq!(write(Strategy::Jwt, &session, &rich), Ok(()));
}

#[test]
fn a_cache_of_the_key_set_that_is_written_is_read() {
    let version = newest();
    let (session, user) = session_and_user();
    let cache = KeySetCache::new("https://app.example").with_version(Some("7".into()));
    let write = |alg: &str| {
        let lifetime = Duration::from_mins(5);
        cache.write(
            &session,
            &user,
            lifetime,
            version.now(),
            "key-1",
            alg,
            <[u8]>::to_vec,
        )
    };
    let value = write("ES256").unwrap();
    let read = cache.read(&value, "t", version.now(), |signature| {
        assert_eq!((signature.kid, signature.alg), ("key-1", "ES256"));
        signature.message == signature.signature
    });
    assert_eq!(read.unwrap().user().text("name").unwrap(), "Ada");
    for alg in ["HS256", "none", "es256"] {
        assert_eq!(write(alg), Err(Error::CacheAlgorithm));
    }
}

fn session_and_user() -> (Value, Value) {
    let session =
        json!({ "id": "s", "token": "t", "userId": "u", "expiresAt": "2026-01-09T03:04:05.678Z" });
    let user = json!({ "id": "u", "email": "ada@example.com", "name": "Ada" });
    (session, user)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn one_changed_character_is_refused(form in 0..3_usize, at in any::<prop::sample::Index>(), to in "[A-Za-z0-9_=.-]") {
        let version = newest();
        let (what, strategy) = FORMS[form];
        let real = version.cache(what);
        let mut value = real.value().to_owned();
        let at = at.index(value.len());
        value.replace_range(at..=at, &to);
        prop_assume!(value != real.value());
        prop_assert!(cache(version, strategy).read(&value, &real.token, version.now()).is_err());
    }

    #[test]
    fn any_text_is_refused(form in 0..3_usize, value in "[A-Za-z0-9_.=-]{0,80}|\\PC{0,40}") {
        let version = newest();
        prop_assert!(cache(version, FORMS[form].1).read(&value, "t", version.now()).is_err());
        prop_assert!(KeySetCache::new("x").read(&value, "t", version.now(), |_| true).is_err());
    }

    #[test]
    fn what_is_written_is_read(form in 0..3_usize, name in any::<String>(), version_name in "\\PC{1,8}") {
        let version = newest();
        let (session, mut user) = session_and_user();
        user["name"] = json!(name);
        let cache = cache(version, FORMS[form].1).with_version(Some(version_name.clone()));
        let value = cache.write(&session, &user, Duration::from_mins(1), version.now()).unwrap();
        let read = cache.read(&value, "t", version.now()).unwrap();
        prop_assert_eq!(read.user().text("name").unwrap(), name.as_str());
        prop_assert_eq!(read.version(), version_name.as_str());
        prop_assert_eq!(read.updated_at(), Some(version.now()));
        prop_assert_eq!(read.session().json(), session.to_string());
    }
}
