//! Whether a token is accepted.

use betroth_token::{SecretAlgorithm, Signer};
use insta::assert_snapshot;
use serde_json::json;

use crate::desk::{Desk, ISSUER, NOW, SECRET, claims, forged, verify_with};

#[test]
fn a_good_token_is_accepted_with_whom_it_speaks_of() {
    let desk = Desk::new();
    let said = desk.verify(&desk.token(json!({})), &[]);
    assert_snapshot!(said.whole());
}

#[test]
fn a_refusal_names_its_code_what_differs_and_the_cure() {
    let desk = Desk::new();
    let other = Desk::new();
    let tokens = [
        desk.token(json!({ "aud": ["https://other.example.com", "web"] })),
        desk.token(json!({ "iss": "https://app.example.com/" })),
        desk.token(json!({ "exp": 1_800_000_100 })),
        desk.token(json!({ "sub": null })),
        other.token(json!({})),
        other.token(json!({ "iss": "http://localhost:3000" })),
        other
            .signer
            .with_kid("k2")
            .unwrap()
            .sign(&claims(json!({})).to_string())
            .unwrap(),
        forged(r#"{"alg":"none"}"#, &claims(json!({})).to_string()),
        "a.b".to_owned(),
        "qZ8kLm2Nf9RtYw8ZsPd1HcGaUe4x3Jq0".to_owned(),
    ];
    let said = tokens.iter().map(|token| desk.verify(token, &[]).whole());
    assert_snapshot!(said.collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_program_reads_the_verdict() {
    let desk = Desk::new();
    let json = &["--format", "json"];
    let accepted = desk.verify(&desk.token(json!({})), json);
    assert_eq!(
        accepted.json(),
        json!({
            "schema": 1, "verdict": "accepted", "subject": "u1", "issued": 1_800_000_000,
            "expires": 1_800_000_900, "algorithm": "EdDSA", "kid": "k1",
        })
    );
    let refused = desk.verify(&desk.token(json!({ "aud": "x" })), json);
    assert_eq!(refused.code, 1);
    let object = refused.json();
    assert_eq!(
        (
            &object["verdict"],
            &object["code"],
            &object["claim"],
            &object["status"]
        ),
        (
            &json!("refused"),
            &json!("audience-mismatch"),
            &json!("aud"),
            &json!(401)
        )
    );
}

#[test]
fn a_batch_has_one_verdict_a_line() {
    let desk = Desk::new();
    let lines = [
        desk.token(json!({})),
        String::new(),
        desk.token(json!({ "exp": 1 })),
        "a.b.c".to_owned(),
        desk.token(json!({ "sub": "u2" })),
    ];
    let verdicts = "accepted\nrefused token-missing\nrefused token-expired\nrefused header-not-base64url\naccepted\n";
    desk.write("tokens.txt", &(lines.join("\r\n") + "\n"));
    for (file, stdin) in [("tokens.txt", ""), ("-", &*lines.join("\n"))] {
        let said = desk.verify(stdin, &["--batch", file]);
        assert_eq!(
            (said.code, said.stdout.as_str()),
            (1, verdicts),
            "{}",
            said.stderr
        );
        assert_eq!(said.stderr, "2 accepted, 3 refused\n");
    }
    assert_eq!(desk.verify(&lines[0], &["--batch", "-"]).code, 0);
}

#[test]
fn a_secret_comes_from_the_environment() {
    let desk = Desk::new();
    let signer = Signer::from_secret(SECRET, SecretAlgorithm::Hs256).unwrap();
    let token = signer.sign(&claims(json!({})).to_string()).unwrap();
    let verify = |more: &[&str], variables: &[(&str, &str)]| {
        let options = [&["--secret-env", "JWT_SECRET"], more].concat();
        desk.run_with(&verify_with(&options), &token, variables)
    };
    let set: &[(&str, &str)] = &[("JWT_SECRET", SECRET)];
    assert_eq!(verify(&[], set).code, 0);
    let other = SECRET.replace('x', "y");
    let refused = verify(&[], &[("JWT_SECRET", &other)]);
    assert!(refused.stdout.starts_with("refused signature-invalid\n"));
    assert_snapshot!(verify(&[], &[]).whole(), @"
    error: the environment variable `JWT_SECRET` is not set; export it, or name another
    exit code 2
    ");
    assert_snapshot!(verify(&[], &[("JWT_SECRET", "changeme")]).whole(), @"
    error: `JWT_SECRET`: the secret has 8 bytes, and 32 are needed (RFC 7518 §3.2); make one with `openssl rand -base64 32`
    exit code 2
    ");
    assert_snapshot!(verify(&["--algorithm", "EdDSA"], set).whole(), @"
    error: `--algorithm EdDSA` is that of a key pair, and `--secret-env` reads a shared secret; that takes HS256, HS384 or HS512
    exit code 2
    ");
}

#[test]
fn a_public_key_is_read_from_pem_and_jwk() {
    let desk = Desk::new();
    let token = desk.token(json!({}));
    desk.write("key.pem", &desk.signer.verifying_key().to_pem().unwrap());
    desk.write("key.json", &desk.signer.verifying_key().to_jwk().unwrap());
    let verify = |file: &str, more: &[&str]| {
        let options = [&["--public-key", file], more].concat();
        desk.run(&verify_with(&options), &token)
    };
    for file in ["key.pem", "key.json", "jwks.json"] {
        assert_eq!(verify(file, &[]).code, 0, "{file}");
        assert_eq!(verify(file, &["--algorithm", "EdDSA"]).code, 0, "{file}");
    }
    let wrong = verify("key.pem", &["--algorithm", "RS256"]);
    assert_snapshot!(wrong.whole(), @"
    error: the key in `key.pem`: is not of the kind that its algorithm takes (RFC 7518 §6.1)
    exit code 2
    ");
    let secret = verify("key.pem", &["--algorithm", "HS256"]);
    assert_snapshot!(secret.whole(), @"
    error: `--algorithm HS256` is that of a shared secret, which `--secret-env NAME` reads
    exit code 2
    ");
    desk.write("private.pem", &desk.signer.to_pem().unwrap());
    assert_snapshot!(verify("private.pem", &[]).whole(), @"
    error: the key in `private.pem`: holds a private key, with which anyone can sign; replace it at the issuer, and write the public one
    exit code 2
    ");
    assert_snapshot!(verify("absent.pem", &[]).whole(), @"
    error: `absent.pem` cannot be read: No such file or directory (os error 2)
    exit code 2
    ");
}

#[test]
fn keys_that_are_not_taken_are_named_with_the_reason() {
    let desk = Desk::new();
    let good = desk.signer.verifying_key().to_jwk().unwrap();
    let encrypting = good.replace("\"sig\"", "\"enc\"").replace("k1", "k2");
    let short = r#"{"kty":"RSA","kid":"k3","alg":"RS256","n":"wRQ","e":"AQAB"}"#;
    desk.write(
        "jwks.json",
        &format!(r#"{{"keys":[{good},{encrypting},{short}]}}"#),
    );
    let said = desk.verify(&desk.token(json!({})), &[]);
    assert_snapshot!(said.whole());
    desk.write("jwks.json", &format!(r#"{{"keys":[{encrypting}]}}"#));
    let none = desk.verify(&desk.token(json!({})), &[]);
    assert_eq!((none.code, none.stdout.as_str()), (2, ""));
    assert!(
        none.stderr.contains("no key of the set can be used"),
        "{}",
        none.stderr
    );
}

#[test]
fn a_set_with_a_private_key_is_refused_whole() {
    let desk = Desk::new();
    let private = desk.signer.to_jwk().unwrap();
    desk.write("jwks.json", &format!(r#"{{"keys":[{}]}}"#, &*private));
    let said = desk.verify(&desk.token(json!({})), &[]);
    assert_snapshot!(said.whole(), @"
    error: `jwks.json`: the key set shows a private key, with which anyone can sign; replace the key at the issuer
    exit code 2
    ");
}

#[test]
fn a_contract_says_all_there_is_to_ask() {
    let desk = Desk::new();
    desk.write(
        "betroth.toml",
        "schema = 1\n[issuer]\nbase_url = { env = \"BETTER_AUTH_URL\" }\n\
         [keys]\nform = \"public-key\"\nalgorithms = [\"EdDSA\"]\npublic_key = { env = \"KEY\" }\n\
         [api.notes]\naudience = \"https://api.example.com\"\n[api.files]\naudience = \"https://files.example.com\"\n",
    );
    let key = desk.signer.verifying_key().to_pem().unwrap();
    let set: &[(&str, &str)] = &[("BETTER_AUTH_URL", ISSUER), ("KEY", &key)];
    let verify = |more: &[&str], variables: &[(&str, &str)]| {
        let common = ["verify", "--contract", "betroth.toml", "--at", NOW];
        desk.run_with(&[&common, more].concat(), &desk.token(json!({})), variables)
    };
    assert_eq!(verify(&["--api", "notes"], set).code, 0);
    let other = verify(&["--api", "files"], set);
    assert!(
        other.stdout.starts_with("refused audience-mismatch\n"),
        "{}",
        other.stdout
    );
    assert_snapshot!(verify(&["--api", "nodes"], set).whole(), @"
    error: the contract has no API `nodes`; it has `notes`, `files`
    exit code 2
    ");
    assert_snapshot!(verify(&[], set).whole(), @"
    error: the APIs of the contract have audiences of their own; name one with `--api`: `notes`, `files`
    exit code 2
    ");
    assert_snapshot!(verify(&["--api", "notes"], &[("KEY", &key)]).whole(), @"
    error: `issuer.base_url` comes from `BETTER_AUTH_URL`, which is not set
      --> betroth.toml:3:12
      hint: set `BETTER_AUTH_URL`
    exit code 2
    ");
    assert_snapshot!(verify(&["--issuer", ISSUER], set).stderr, @"
    error: the argument '--contract <FILE>' cannot be used with '--issuer <TEXT>'

    Usage: betroth token verify --contract <FILE> --at <UNIX|RFC3339> [TOKEN|-]

    For more information, try '--help'.
    ");
}

#[test]
fn what_is_missing_is_told_with_what_to_give() {
    let desk = Desk::new();
    assert_snapshot!(desk.run(&["verify"], "a.b.c").whole(), @"
    error: say against what: `--contract betroth.toml`, or `--issuer` and `--audience` with `--jwks`, `--public-key` or `--secret-env`; `betroth token verify --help` has examples
    exit code 2
    ");
    let late = desk.verify("a.b.c", &["--leeway", "10m"]);
    assert_eq!(late.code, 2);
    assert!(
        late.stderr.contains("write at most `120s`"),
        "{}",
        late.stderr
    );
}

#[test]
fn leeway_is_what_it_is_set_to() {
    let desk = Desk::new();
    let over = desk.token(json!({ "exp": 1_800_000_179 }));
    assert_eq!(desk.verify(&over, &[]).code, 0);
    assert_eq!(desk.verify(&over, &["--leeway", "0s"]).code, 1);
}
