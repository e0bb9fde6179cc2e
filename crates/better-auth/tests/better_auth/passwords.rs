use betroth_better_auth::{Error, MAX_PASSWORD, MAX_SALT, PasswordHash};

use crate::values::{newest, versions};

#[test]
fn each_hash_is_of_its_password_and_of_no_other() {
    for version in versions() {
        for password in &version.passwords {
            let hash = PasswordHash::parse(&password.hash).unwrap();
            assert_eq!(hash.verify(&password.password), Ok(()));
            assert_eq!(hash.to_string(), password.hash);
        }
        let hash = PasswordHash::parse(&version.passwords[0].hash).unwrap();
        for other in [
            "",
            "correct horse battery stapl",
            "correct horse battery staple ",
        ] {
            assert_eq!(hash.verify(other), Err(Error::PasswordMismatch));
        }
    }
}

#[test]
fn it_does_not_matter_how_a_keyboard_composes_a_letter() {
    let composed = PasswordHash::new("\u{e9}clair \u{212b} \u{fb01}").unwrap();
    assert_eq!(composed.verify("e\u{301}clair A\u{30a} fi"), Ok(()));
}

#[test]
fn each_hash_has_its_own_salt_and_better_auths_form() {
    let [one, two] = [(); 2].map(|()| PasswordHash::new("made-up-password").unwrap().to_string());
    assert_ne!(one, two);
    for hash in [one, two] {
        let (salt, key) = hash.split_once(':').unwrap();
        assert_eq!((salt.len(), key.len()), (32, 128));
        assert!(
            hash.bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b':'))
        );
    }
}

#[test]
fn what_is_no_hash_is_told() {
    let real = &newest().passwords[0].hash;
    let (salt, key) = real.split_once(':').unwrap();
    for text in [
        "",
        ":",
        salt,
        &format!(":{key}"),
        &format!("{salt}:"),
        &format!("{salt}:{}", &key[2..]),
        &format!("{salt}:{key}00"),
        &format!("{salt}:{}", key.to_uppercase()),
        &format!("{salt}:{key}:more"),
        "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
        "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA",
    ] {
        assert_eq!(
            PasswordHash::parse(text),
            Err(Error::PasswordHashMalformed),
            "{text}"
        );
    }
}

#[test]
fn nobody_can_ask_for_more_work() {
    let long = format!("{}:{}", "a".repeat(MAX_SALT + 1), "0".repeat(128));
    assert_eq!(PasswordHash::parse(&long).unwrap_err().code(), "too-large");
    let password = "a".repeat(MAX_PASSWORD + 1);
    assert_eq!(
        PasswordHash::new(&password).unwrap_err().code(),
        "too-large"
    );
    let hash = PasswordHash::parse(&newest().passwords[0].hash).unwrap();
    assert_eq!(hash.verify(&password).unwrap_err().code(), "too-large");
}

#[test]
fn a_hash_is_not_shown() {
    let hash = PasswordHash::parse(&newest().passwords[0].hash).unwrap();
    assert_eq!(format!("{hash:?}"), "PasswordHash(\"...\")");
}
