//! What is written here is what is read here, and what Better Auth would not read is not written.

use std::time::Duration;

use betroth_better_auth::{Error, KeySetCache, Strategy};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    changed::{FORMS, cache},
    values::newest,
};

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
