//! Keys of one's own.

use serde_json::Value;

use crate::desk::Desk;

#[test]
fn a_key_pair_is_split_into_a_private_file_and_a_public_set() {
    let desk = Desk::new();
    for algorithm in ["EdDSA", "Ed25519", "ES256", "RS256"] {
        let (private, public) = (format!("{algorithm}.jwk"), format!("{algorithm}.jwks"));
        let said = desk.run(
            &["keys", "new", "--algorithm", algorithm, "--out", &private],
            "",
        );
        assert_eq!(said.code, 0, "{}", said.stderr);
        let key: Value = serde_json::from_str(&desk.read(&private)).unwrap();
        let d = key["d"].as_str().unwrap();
        assert!(!said.whole().contains(d), "{algorithm}");
        assert_eq!(said.json()["keys"][0]["alg"], algorithm);
        assert!(said.json()["keys"][0].get("d").is_none());

        desk.write(&public, &said.stdout);
        let common = ["--issuer", "i", "--audience", "a"];
        let token = desk.run(
            &[&["sign", "--key", &private, "--subject", "u1"], &common[..]].concat(),
            "",
        );
        let verified = desk.run(
            &[&["verify", "--jwks", &public], &common[..]].concat(),
            &token.stdout,
        );
        assert_eq!(verified.code, 0, "{algorithm}: {}", verified.whole());
    }
}

#[test]
fn a_private_key_is_its_owners_alone_and_never_overwritten() {
    let desk = Desk::new();
    let new = |more: &[&str]| {
        desk.run(
            &[&["keys", "new", "--out", "private.jwk"], more].concat(),
            "",
        )
    };
    assert_eq!(new(&["--public", "public.json"]).stdout, "");
    assert!(desk.read("public.json").starts_with(r#"{"keys":[{"#));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |file| {
            std::fs::metadata(desk.path(file))
                .unwrap()
                .permissions()
                .mode()
                & 0o777
        };
        assert_eq!(mode("private.jwk"), 0o600);
        assert_eq!(mode("public.json") & 0o400, 0o400);
    }
    let before = desk.read("private.jwk");
    let again = new(&[]);
    assert_eq!((again.code, again.stdout.as_str()), (2, ""));
    insta::assert_snapshot!(again.stderr, @"error: `private.jwk` is there already, and a key is never overwritten; name another file");
    assert_eq!(desk.read("private.jwk"), before);
}

#[test]
fn nothing_is_left_where_one_of_two_files_cannot_be_written() {
    let desk = Desk::new();
    let new = |out: &str, public: &str| {
        let said = desk.run(&["keys", "new", "--out", out, "--public", public], "");
        assert_eq!(said.code, 2, "{}", said.whole());
    };
    new("private.jwk", "absent/public.json");
    new("absent/private.jwk", "public.json");
    new("private.jwk", "jwks.json");
    for file in ["private.jwk", "public.json"] {
        assert!(!desk.path(file).exists(), "{file}");
    }
    let left = std::fs::read_dir(desk.path("")).unwrap();
    assert_eq!(left.count(), 1);
}

#[test]
fn a_secret_is_a_line_of_an_environment_file() {
    let desk = Desk::new();
    for (algorithm, characters) in [("HS256", 43), ("HS384", 64), ("HS512", 86)] {
        let file = format!("{algorithm}.env");
        let said = desk.run(
            &["keys", "new", "--algorithm", algorithm, "--out", &file],
            "",
        );
        assert_eq!((said.code, said.stdout.as_str()), (0, ""));
        let line = desk.read(&file);
        let secret = line.strip_prefix("JWT_SECRET=").unwrap().trim_end();
        assert_eq!(secret.len(), characters);
        assert!(!said.stderr.contains(secret));
        let options = [
            "--secret-env",
            "JWT_SECRET",
            "--algorithm",
            algorithm,
            "--issuer",
            "i",
            "--audience",
            "a",
        ];
        let set = &[("JWT_SECRET", secret)];
        let sign = [&["sign", "--subject", "u1"], &options[..]].concat();
        let token = desk.run_with(&sign, "", set).stdout;
        let verify = [&["verify"], &options[..]].concat();
        assert_eq!(desk.run_with(&verify, &token, set).code, 0, "{algorithm}");
    }
    let public = desk.run(
        &[
            "keys",
            "new",
            "--algorithm",
            "HS256",
            "--out",
            "a",
            "--public",
            "b",
        ],
        "",
    );
    assert_eq!(public.code, 2);
    assert!(public.stderr.contains("a shared secret has no public part"));
}
