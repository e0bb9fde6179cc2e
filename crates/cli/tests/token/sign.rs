//! Tokens of one's own.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::desk::{AUDIENCE, Desk, ISSUED, ISSUER, Said};

impl Desk {
    /// `sign` with the key of the desk.
    fn sign(&self, more: &[&str]) -> Said {
        self.write("private.jwk", &self.signer.to_jwk().unwrap());
        let common = [
            "sign",
            "--key",
            "private.jwk",
            "--issuer",
            ISSUER,
            "--audience",
            AUDIENCE,
            "--subject",
            "u1",
            "--at",
            "1800000000",
        ];
        self.run(&[&common, more].concat(), "")
    }

    /// Header and claims.
    fn decoded(&self, token: &str) -> (Value, Value) {
        let mut object = self.run(&["decode", "--format", "json"], token).json();
        (object["header"].take(), object["claims"].take())
    }
}

#[test]
fn a_token_stands_alone_on_stdout() {
    let desk = Desk::new();
    let said = desk.sign(&[]);
    assert_snapshot!(said.stderr, @"for development: signed by the key in `private.jwk` with EdDSA, good for 15 minutes");
    assert_eq!(said.stdout.lines().count(), 1);
    let verified = desk.verify(&said.stdout, &[]);
    assert_eq!(verified.code, 0, "{}", verified.whole());
    let (header, claims) = desk.decoded(&said.stdout);
    assert_eq!(header, json!({ "alg": "EdDSA", "kid": "k1" }));
    assert_eq!(
        claims,
        json!({ "iss": ISSUER, "aud": AUDIENCE, "sub": "u1", "iat": ISSUED, "exp": ISSUED + 900 })
    );
}

#[test]
fn claims_type_and_key_name_are_as_given() {
    let desk = Desk::new();
    let said = desk.sign(&[
        "--audience",
        "web",
        "--expires-in",
        "2h",
        "--claim",
        "role=\"admin\"",
        "--claim",
        "org={\"id\":7}",
        "--typ",
        "at+jwt",
        "--kid",
        "k9",
    ]);
    let (header, claims) = desk.decoded(&said.stdout);
    assert_eq!(
        header,
        json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": "k9" })
    );
    assert_eq!(claims["aud"], json!([AUDIENCE, "web"]));
    assert_eq!(claims["exp"], json!(ISSUED + 7_200));
    assert_eq!(
        (&claims["role"], &claims["org"]["id"]),
        (&json!("admin"), &json!(7))
    );
}

#[test]
fn no_token_without_an_end_is_written() {
    let desk = Desk::new();
    for more in [
        &["--claim", "exp=null"][..],
        &["--claim", "exp=99999999999"],
        &["--expires-in", "0s"],
        &["--expires-in", "never"],
    ] {
        let said = desk.sign(more);
        assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{more:?}");
    }
    assert_snapshot!(desk.sign(&["--claim", "exp=null"]).stderr, @"error: `exp` is given twice, or has an option of its own: `--expires-in`; a token without an end is never written");
}

#[test]
fn what_cannot_be_signed_is_told() {
    let desk = Desk::new();
    for (more, says) in [
        (
            &["--claim", "role=admin"][..],
            "no JSON; a text stands in quotes, as in `--claim 'role=\"admin\"'`",
        ),
        (&["--claim", "role"], "write it as `NAME=JSON`"),
        (
            &["--claim", "a=1", "--claim", "a=2"],
            "give each `--claim` once",
        ),
        (&["--claim", "a={\"b\":1,\"b\":1.5e400}"], "no JSON"),
        (&["--kid", "../x"], "`--kid` takes 1 to 128 letters"),
        (&["--typ", "a b"], "`--typ` takes a media type"),
        (&["--algorithm", "RS256"], "the key in `private.jwk`: "),
    ] {
        let said = desk.sign(more);
        assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{more:?}");
        assert!(said.stderr.contains(says), "{}", said.stderr);
    }
    let common = [
        "sign",
        "--issuer",
        "i",
        "--audience",
        "a",
        "--subject",
        "u1",
    ];
    let secret = desk.run(&[&common[..], &["--secret-env", "NOT_SET"]].concat(), "");
    assert_snapshot!(secret.whole(), @"
    error: the environment variable `NOT_SET` is not set; export it, or name another
    exit code 2
    ");
    let public = desk.run(&[&common[..], &["--key", "jwks.json"]].concat(), "");
    assert_eq!(public.code, 2);
}
