//! Any request is one of no session, or of the one that was signed; any column of the database is read or refused.
//!
//! `mkdir -p fuzz/corpus/cookie && cargo +nightly fuzz run cookie fuzz/corpus/cookie fuzz/seeds/cookie -- -max_len=8192`

#![no_main]

use std::time::{Duration, SystemTime};

use betroth_better_auth::{
    CookieCache, CookieHeader, KeySetCache, PasswordHash, Secret, Secrets, SignedCookies, StoredKey,
    Strategy,
};
use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 2] = [
    "better-auth.session_token",
    "__Secure-better-auth.session_token",
];

// The secret and the time of `vectors/better-auth`, so that what a real one wrote opens and can be changed.
const SECRET: &str = "made-up-test-secret-of-betroth-0123456789";
const NOW: Duration = Duration::from_millis(1_767_323_045_678);

fuzz_target!(|text: &str| {
    let secret = Secret::new(SECRET).unwrap();
    let cookies = SignedCookies::new(&secret);
    let secrets = Secrets::from(secret);
    let now = SystemTime::UNIX_EPOCH + NOW;
    if let Ok(header) = CookieHeader::parse(text.lines()) {
        let mut token = String::from("none");
        for name in NAMES {
            let Ok(value) = header.one(name) else {
                continue;
            };
            if let Ok(signed) = cookies.open(&value) {
                assert_eq!(cookies.sign_bearer(signed), value);
                signed.clone_into(&mut token);
            }
        }
        if let Ok(value) = header.joined("better-auth.session_data") {
            for strategy in [Strategy::Compact, Strategy::Jwe, Strategy::Jwt] {
                let cache = CookieCache::new(strategy, &secrets);
                if let Ok(cached) = cache.read(&value, &token, now) {
                    assert_eq!(cached.session().text("token").unwrap(), token);
                    assert!(cached.expires_at() > now);
                    let _ = cached.user().get("name");
                }
            }
            // As though every signature held, so that what stands behind it is reached.
            if let Ok(cached) = KeySetCache::new("http://localhost:3000")
                .read(&value, &token, now, |_| true)
            {
                assert_eq!(cached.session().text("token").unwrap(), token);
            }
        }
    }
    let _ = cookies.open_bearer(text);
    let _ = Secrets::parse(text, Some(text));
    if let Ok(hash) = PasswordHash::parse(text) {
        assert_eq!(hash.to_string(), text);
    }
    if let Ok(key) = StoredKey::parse(text) {
        let _ = key.open(&secrets);
    }
});
