use std::time::Duration;

use betroth_better_auth::{
    CachedSession, CookieCache, CookieHeader, Error, KeySetCache, SignedCookies, Strategy,
};

use crate::{
    key_set::holds,
    values::{Cache, Version, at, newest, versions},
};

fn strategy(cache: &Cache) -> Option<Strategy> {
    Some(match cache.strategy.as_str() {
        "compact" => Strategy::Compact,
        "jwt" => Strategy::Jwt,
        "jwe" => Strategy::Jwe,
        "key-set" => return None,
        other => panic!("{other}"),
    })
}

/// As a host reads it from a request.
fn read(version: &Version, cache: &Cache, now: u64) -> Result<CachedSession, Error> {
    let header = format!(
        "{}; better-auth.session_token={}",
        cache.header(),
        cache.session_cookie
    );
    let header = CookieHeader::parse([header.as_str()])?;
    let secrets = version.secrets(cache.secrets.as_ref());
    let token = header.one("better-auth.session_token")?;
    let token = SignedCookies::new(secrets.current())
        .open(&token)?
        .to_owned();
    let value = header.joined("better-auth.session_data")?;
    let expected = Some(cache.version.clone());
    match strategy(cache) {
        Some(strategy) => CookieCache::new(strategy, &secrets)
            .with_version(expected)
            .read(&value, &token, at(now)),
        None => KeySetCache::new(cache.issuer.as_ref().unwrap())
            .with_version(expected)
            .read(&value, &token, at(now), |signature| {
                holds(cache.keys.as_ref().unwrap(), signature)
            }),
    }
}

#[test]
fn each_cache_gives_session_and_user() {
    let mut read_forms = Vec::new();
    for version in versions() {
        for cache in &version.caches {
            let what = format!("{} {}", version.better_auth, cache.what);
            let cached =
                read(version, cache, version.now).unwrap_or_else(|error| panic!("{what}: {error}"));
            assert_eq!(
                cached.session().text("token").unwrap(),
                cache.token,
                "{what}"
            );
            assert_eq!(
                cached.session().time("expiresAt").unwrap(),
                at(cache.session_expires_at)
            );
            assert_eq!(cached.user().text("id").unwrap(), cache.user_id, "{what}");
            assert_eq!(cached.user().text("name").unwrap(), cache.name, "{what}");
            assert_eq!(
                cached.user().text("bio").ok().as_deref(),
                cache.bio.as_deref(),
                "{what}"
            );
            assert!(!cached.user().parse::<bool>("emailVerified").unwrap());
            assert_eq!(cached.version(), cache.version, "{what}");
            let known = version.better_auth != "1.3.34";
            assert_eq!(cached.updated_at(), known.then(|| version.now()), "{what}");
            read_forms.push(cache.strategy.as_str().to_owned());
        }
    }
    read_forms.sort();
    read_forms.dedup();
    assert_eq!(read_forms, ["compact", "jwe", "jwt", "key-set"]);
}

#[test]
fn each_cache_ends_when_better_auth_says() {
    for version in versions() {
        for cache in &version.caches {
            let what = format!("{} {}", version.better_auth, cache.what);
            // The forms that are tokens count whole seconds.
            let ends = match cache.strategy.as_str() {
                "compact" => cache.cache_expires_at,
                _ => cache.cache_expires_at / 1000 * 1000,
            };
            let cached = read(version, cache, ends - 1).unwrap();
            assert_eq!(cached.expires_at(), at(ends), "{what}");
            for late in [ends, ends + 1, ends + 3_600_000] {
                let refused = read(version, cache, late).unwrap_err();
                assert_eq!(refused, Error::CacheExpired, "{what}");
            }
        }
    }
}

#[test]
fn a_cache_under_an_older_secret_is_read_only_where_it_is_encrypted() {
    let version = newest();
    let rotated = format!(
        "3:made-up-third-test-secret,2:{}",
        "made-up-second-test-secret-of-betroth-98765"
    );
    let secrets = betroth_better_auth::Secrets::parse(&rotated, None).unwrap();
    for (what, strategy, read) in [
        (
            "compact, secrets",
            Strategy::Compact,
            Err(Error::SignatureMismatch),
        ),
        ("jwt, secrets", Strategy::Jwt, Err(Error::SignatureMismatch)),
        ("jwe, secrets", Strategy::Jwe, Ok(())),
    ] {
        let cache = version.cache(what);
        let found =
            CookieCache::new(strategy, &secrets).read(cache.value(), &cache.token, version.now());
        assert_eq!(found.map(drop), read, "{what}");
    }
}

#[test]
fn a_session_that_has_ended_is_none_however_fresh_its_cache() {
    let version = newest();
    let session = serde_json::json!({
        "id": "s", "token": "t", "userId": "u", "expiresAt": "2026-01-02T03:04:05.678Z",
    });
    let user = serde_json::json!({ "id": "u", "email": "ada@example.com", "name": "Ada" });
    for strategy in [Strategy::Compact, Strategy::Jwe, Strategy::Jwt] {
        let cache = CookieCache::new(strategy, &version.secret().into());
        let before = version.now() - Duration::from_millis(1);
        let value = cache
            .write(&session, &user, Duration::from_mins(5), before)
            .unwrap();
        assert!(cache.read(&value, "t", before).is_ok());
        assert_eq!(
            cache.read(&value, "t", version.now()).unwrap_err(),
            Error::SessionExpired
        );
    }
}
