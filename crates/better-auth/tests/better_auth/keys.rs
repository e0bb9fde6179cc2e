use betroth_better_auth::{Error, KeyForm, PrivateJwk, Secret, Secrets, StoredKey};
use proptest::prelude::*;
use serde_json::Value;

use crate::values::{newest, versions};

#[test]
fn each_key_is_the_private_half_of_its_public_one() {
    let mut forms = Vec::new();
    for version in versions() {
        for key in &version.keys {
            let stored = StoredKey::parse(&key.private_key).unwrap();
            let private = stored.open(&version.secrets(key.secrets.as_ref())).unwrap();
            let private: Value = serde_json::from_str(private.as_str()).unwrap();
            let public: Value = serde_json::from_str(&key.public_key).unwrap();
            for (member, value) in public.as_object().unwrap() {
                assert_eq!(
                    &private[member], value,
                    "{} {}",
                    version.better_auth, key.what
                );
            }
            forms.push(stored.form());
        }
    }
    for form in [
        KeyForm::Plain,
        KeyForm::Sealed { version: None },
        KeyForm::Sealed { version: Some(2) },
    ] {
        assert!(forms.contains(&form), "{form:?}");
    }
}

#[test]
fn a_key_names_the_token_that_it_signed() {
    for version in versions() {
        for key in &version.keys {
            let header = key.token.split('.').next().unwrap();
            let header = base64_simd::URL_SAFE_NO_PAD.decode_to_vec(header).unwrap();
            let header: Value = serde_json::from_slice(&header).unwrap();
            assert_eq!(header["kid"], key.id.as_str());
        }
    }
}

#[test]
fn a_key_opens_only_with_the_secret_that_its_version_names() {
    let version = newest();
    let stored = |what: &str| {
        let key = version.keys.iter().find(|key| key.what == what).unwrap();
        StoredKey::parse(&key.private_key).unwrap()
    };
    let secret = version.secret.as_str();
    let second = "made-up-second-test-secret-of-betroth-98765";
    let one = |secret: &str| Secrets::from(Secret::new(secret).unwrap());
    let several = |text: &str, unversioned| Secrets::parse(text, unversioned).unwrap();
    for (what, secrets, opens) in [
        ("sealed", one(secret), true),
        ("sealed", one("another-made-up-test-secret"), false),
        ("sealed", several(&format!("1:{secret}"), None), false),
        (
            "sealed",
            several("1:another-made-up-test-secret", Some(secret)),
            true,
        ),
        ("sealed, secrets", one(second), false),
        (
            "sealed, secrets",
            several(&format!("3:new,2:{second}"), None),
            true,
        ),
        (
            "sealed, secrets",
            several(&format!("2:new,1:{second}"), None),
            false,
        ),
        ("sealed, secrets", several("3:new", Some(second)), false),
    ] {
        let opened = stored(what).open(&secrets).map(drop);
        assert_eq!(
            opened,
            if opens {
                Ok(())
            } else {
                Err(Error::KeyUnknown)
            },
            "{what}"
        );
    }
}

#[test]
fn a_column_that_is_cut_off_is_told_from_one_that_is_something_else() {
    let version = newest();
    let column = |what: &str| {
        &version
            .keys
            .iter()
            .find(|key| key.what == what)
            .unwrap()
            .private_key
    };
    let (sealed, plain, versioned) = (column("sealed"), column("plain"), column("sealed, secrets"));
    for (text, code) in [
        (&sealed[..191], "key-cut-off"),
        (&plain[..60], "key-cut-off"),
        (&versioned[..5], "key-cut-off"),
        ("\"$ba$2\"", "key-cut-off"),
        ("", "key-cut-off"),
        ("\"$ba$x$00\"", "key-malformed"),
        ("{}", "key-malformed"),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#, "key-malformed"),
        ("null", "key-malformed"),
        (sealed.trim_matches('"'), "key-malformed"),
        (&format!("{plain}x"), "key-malformed"),
        (
            &" ".repeat(betroth_better_auth::MAX_STORED_KEY + 1),
            "too-large",
        ),
    ] {
        assert_eq!(StoredKey::parse(text).unwrap_err().code(), code, "{text}");
    }
    let upper_case = format!("\"{}\"", sealed.trim_matches('"').to_uppercase());
    for (text, code) in [
        ("\"\"", "key-cut-off"),
        ("\"00\"", "key-cut-off"),
        ("\"0g\"", "key-malformed"),
        (&upper_case, "key-malformed"),
    ] {
        let opened = StoredKey::parse(text)
            .unwrap()
            .open(&version.secret().into());
        assert_eq!(opened.unwrap_err().code(), code, "{text}");
    }
}

#[test]
fn a_key_is_not_shown() {
    let version = newest();
    for key in &version.keys {
        let stored = StoredKey::parse(&key.private_key).unwrap();
        let private = stored.open(&version.secrets(key.secrets.as_ref())).unwrap();
        let shown = format!("{stored:?} {private:?}");
        assert!(shown.len() < 120, "{shown}");
    }
}

proptest! {
    #[test]
    fn what_is_sealed_opens(member in any::<String>(), versioned in any::<bool>()) {
        let secrets = if versioned {
            Secrets::parse("7:made-up-test-secret,1:other", None).unwrap()
        } else {
            Secret::new("made-up-test-secret").unwrap().into()
        };
        let text = serde_json::json!({ "kty": "OKP", "d": member }).to_string();
        let key = PrivateJwk::new(&text).unwrap();
        let column = StoredKey::seal(&key, &secrets).unwrap();
        let stored = StoredKey::parse(&column).unwrap();
        prop_assert_eq!(stored.form(), KeyForm::Sealed { version: versioned.then_some(7) });
        prop_assert!(stored.open(&secrets).unwrap() == key);
    }

    #[test]
    fn any_column_is_read_or_refused(column in "\"(\\$ba\\$)?[0-9a-f$]{0,120}\"|\\PC{0,40}|\\{\\PC{0,40}\\}") {
        let secrets = Secret::new("made-up-test-secret").unwrap().into();
        if let Ok(stored) = StoredKey::parse(&column) {
            prop_assert!(stored.form() == KeyForm::Plain || stored.open(&secrets).is_err());
        }
    }

    #[test]
    fn one_changed_character_does_not_open(at in any::<prop::sample::Index>(), to in "[0-9a-f]") {
        let version = newest();
        let mut column = version.keys[0].private_key.clone();
        let at = 1 + at.index(column.len() - 2);
        prop_assume!(column[at..=at] != to);
        column.replace_range(at..=at, &to);
        let opened = StoredKey::parse(&column).unwrap().open(&version.secret().into());
        prop_assert_eq!(opened.unwrap_err(), Error::KeyUnknown);
    }
}
