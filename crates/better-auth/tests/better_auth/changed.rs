//! What a stranger can do to a cache that Better Auth wrote.

mod forms;
mod key_set;

use aws_lc_rs::hmac;
use betroth_better_auth::{CachedSession, CookieCache, Error, KeySetCache, Secret, Strategy};
use proptest::prelude::*;

use crate::values::{Version, newest};

pub(crate) const FORMS: [(&str, Strategy); 3] = [
    ("compact", Strategy::Compact),
    ("jwt", Strategy::Jwt),
    ("jwe", Strategy::Jwe),
];

pub(crate) fn cache(version: &Version, strategy: Strategy) -> CookieCache {
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
    for (_, strategy) in FORMS {
        let shown = format!("{:?}", cache(version, strategy));
        assert!(!shown.contains(&version.secret), "{shown}");
    }
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
}
