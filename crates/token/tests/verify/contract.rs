//! Verifiers of a contract.

use betroth_contract::{Contract, Environment, Mode};
use betroth_token::{
    KeyFault, KeySet, KeySetFault, PublicAlgorithm, Signer, Verifier, VerifierFault, key_set,
};
use serde_json::json;

use crate::HEADER;
use crate::forge::*;

fn contract(text: &str) -> Contract {
    Contract::parse(text, "betroth.toml").unwrap()
}

fn environment(variables: &[(&str, &str)]) -> Environment {
    let variables = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Environment::new(Mode::Production, variables)
}

#[test]
fn a_contract_with_a_secret_is_a_verifier() {
    let text = r#"
        [issuer]
        base_url = "https://app.example.com"
        [keys]
        form = "shared-secret"
        [token]
        audience = "https://api.example.com"
        max_age = "1h"
        [api]
    "#;
    let (contract, environment) = (contract(text), environment(&[("JWT_SECRET", SECRET)]));
    let resolved = contract.resolve(&environment);
    let verifier = Verifier::from_contract(resolved, None, KeySet::none(&[])).unwrap();
    assert_eq!(
        verdict(&verifier, signed(HEADER, claims(json!({})))),
        "accepted"
    );
    assert_eq!(
        verdict(&verifier, signed(HEADER, claims(json!({"iat": 1})))),
        "token-too-old iat"
    );
    assert_eq!(
        verdict(&verifier, signed(HEADER, claims(json!({"sub": null})))),
        "claim-missing sub"
    );
}

#[test]
fn a_contract_whose_secret_is_weak_is_no_verifier() {
    let contract = contract(
        "[issuer]\nbase_url = \"https://app.example.com\"\n[keys]\nform = \"shared-secret\"\n[api]",
    );
    let environment = environment(&[("JWT_SECRET", "secret")]);
    let fault = KeySet::from_contract(contract.resolve(&environment)).unwrap_err();
    assert!(matches!(
        fault,
        VerifierFault::Key(KeyFault::SecretShort {
            bytes: 6,
            least: 32
        })
    ));
    let message = fault.to_string();
    assert!(message.contains("`openssl rand -base64 32`"), "{message}");
}

#[test]
fn a_contract_with_a_public_key_takes_pem_jwk_and_jwk_set() {
    let signer = Signer::generate(PublicAlgorithm::EdDsa).unwrap();
    let token = signer.sign(&claims(json!({}))).unwrap();
    let contract = contract(
        "[issuer]\nbase_url = \"https://app.example.com\"\n[keys]\nform = \"public-key\"\n[token]\naudience = \"https://api.example.com\"\n[api]",
    );
    let jwk = signer.verifying_key().to_jwk().unwrap();
    for key in [jwk, key_set([signer.verifying_key()])] {
        let environment = environment(&[("BETTER_AUTH_PUBLIC_KEY", &key)]);
        let verifier =
            Verifier::from_contract(contract.resolve(&environment), None, KeySet::none(&[]))
                .unwrap();
        assert_eq!(verdict(&verifier, &token), "accepted");
    }
    let pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----";
    let environment = environment(&[("BETTER_AUTH_PUBLIC_KEY", pem)]);
    let verifier =
        Verifier::from_contract(contract.resolve(&environment), None, KeySet::none(&[])).unwrap();
    assert_eq!(verdict(&verifier, &token), "signature-invalid");
}

#[test]
fn pem_is_for_one_algorithm_of_the_contract() {
    let signer = Signer::generate(PublicAlgorithm::Rs256).unwrap();
    let text = |algorithms: &str| {
        format!(
            "[issuer]\nbase_url = \"https://app.example.com\"\n[keys]\nform = \"public-key\"\nalgorithms = {algorithms}\n[api]"
        )
    };
    let pem = {
        let key = signer.to_pem().unwrap();
        // The public half alone.
        let pair = Signer::from_pem(&key, PublicAlgorithm::Rs256).unwrap();
        pair.verifying_key().to_pem().unwrap()
    };
    let environment = environment(&[("BETTER_AUTH_PUBLIC_KEY", &pem)]);
    let keys = |algorithms: &str| {
        let contract = contract(&text(algorithms));
        KeySet::from_contract(contract.resolve(&environment)).map(|keys| keys.unwrap().keys().len())
    };
    assert_eq!(keys(r#"["PS256", "EdDSA"]"#).unwrap(), 1);
    assert!(matches!(
        keys(r#"["RS256", "PS256"]"#),
        Err(VerifierFault::Key(KeyFault::AlgorithmUnclear))
    ));
    assert!(matches!(
        keys(r#"["ES256"]"#),
        Err(VerifierFault::Key(KeyFault::KindMismatch))
    ));
}

#[test]
fn a_contract_with_a_key_set_waits_for_it() {
    let contract = contract(
        "[issuer]\nbase_url = \"https://app.example.com\"\n[token]\naudience = \"https://api.example.com\"\n[api]",
    );
    let environment = environment(&[]);
    let resolved = contract.resolve(&environment);
    assert!(KeySet::from_contract(resolved).unwrap().is_none());
    let waiting =
        Verifier::from_contract(resolved, None, KeySet::none(&contract.keys.algorithms())).unwrap();
    let signer = Signer::generate(PublicAlgorithm::EdDsa).unwrap();
    let token = signer.sign(&claims(json!({}))).unwrap();
    assert_eq!(verdict(&waiting, &token), "keys-unavailable");
    let fetched = KeySet::from_jwks(
        &key_set([signer.verifying_key()]),
        &contract.keys.algorithms(),
    )
    .unwrap();
    assert_eq!(verdict(&waiting.with_keys(fetched), &token), "accepted");
}

#[test]
fn a_contract_whose_key_is_unclear_is_no_verifier() {
    let keys = |keys: &str, variable: &str, value: &str| {
        let contract = contract(&format!(
            "[issuer]\nbase_url = \"https://app.example.com\"\n[keys]\n{keys}\n[api]"
        ));
        let environment = environment(&[(variable, value)]);
        KeySet::from_contract(contract.resolve(&environment))
    };
    let two = "form = \"shared-secret\"\nalgorithms = [\"HS256\", \"HS512\"]";
    assert!(matches!(
        keys(two, "JWT_SECRET", &SECRET.repeat(2)),
        Err(VerifierFault::Key(KeyFault::AlgorithmUnclear))
    ));
    let public = "form = \"public-key\"";
    assert!(matches!(
        keys(
            public,
            "BETTER_AUTH_PUBLIC_KEY",
            r#"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#
        ),
        Err(VerifierFault::Key(KeyFault::Member("x")))
    ));
    let twice = r#"{"keys":[{"kty":"RSA","use":"sig","use":"enc"}]}"#;
    assert!(matches!(
        keys(public, "BETTER_AUTH_PUBLIC_KEY", twice),
        Err(VerifierFault::KeySet(KeySetFault::NotJson(_)))
    ));
}
