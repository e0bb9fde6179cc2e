//! What is signed is verified, under every algorithm, by the key that is published.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

#[expect(dead_code, reason = "each file of tests uses its own part of it")]
mod forge;

use betroth_token::{
    Algorithm, JsonFault, KeyFault, KeySet, PublicAlgorithm, SecretAlgorithm, SignFault, Signer,
    Verifier, key_set,
};
use forge::{AUDIENCE, ISSUER, NOW, claims, encode, verdict};
use serde_json::{Value, json};

const LONG: &str =
    "Zm9yIHRlc3RzIG9ubHk6IG5vYm9keSBzaWduczQb7Xo6iVn5MfKj2x3Jq0vB7kLm2Nf9RtYw8ZsPd1HcGaUe4";

fn public() -> impl Iterator<Item = (PublicAlgorithm, Signer)> {
    let algorithms = PublicAlgorithm::ALL.iter().copied();
    algorithms.map(|algorithm| (algorithm, Signer::generate(algorithm).unwrap()))
}

#[test]
fn a_published_set_verifies_what_its_keys_signed() {
    let signers: Vec<_> = public().map(|(_, signer)| signer).collect();
    let algorithms: Vec<_> = PublicAlgorithm::ALL
        .iter()
        .copied()
        .map(Algorithm::Public)
        .collect();
    let set = key_set(signers.iter().map(Signer::verifying_key));
    let keys = KeySet::from_jwks(&set, &algorithms).unwrap();
    assert_eq!(
        (keys.keys().len(), keys.refused().len()),
        (signers.len(), 0)
    );
    let verifier = Verifier::builder(ISSUER, AUDIENCE).build(keys).unwrap();
    for signer in &signers {
        let token = signer.sign(&claims(json!({}))).unwrap();
        let verified = verifier.verify(&token, NOW).unwrap();
        assert_eq!(verified.algorithm(), signer.verifying_key().algorithm());
        assert_eq!(
            verified.kid(),
            signer.verifying_key().thumbprint().as_deref()
        );
        assert_eq!(verified.as_json(), claims(json!({})));
        // One letter of another claims set.
        let mut parts: Vec<_> = token.split('.').map(str::to_owned).collect();
        parts[1] = encode(claims(json!({"sub": "u2"})));
        assert_eq!(verdict(&verifier, parts.join(".")), "signature-invalid");
    }
}

#[test]
fn a_secret_signs_and_verifies() {
    for algorithm in SecretAlgorithm::ALL.iter().copied() {
        let signer = Signer::from_secret(LONG, algorithm).unwrap();
        assert_eq!(
            (signer.verifying_key().kid(), signer.to_pem().is_none()),
            (None, true)
        );
        let keys = KeySet::new([signer.verifying_key().clone()]).unwrap();
        let verifier = Verifier::builder(ISSUER, AUDIENCE).build(keys).unwrap();
        assert_eq!(
            verdict(&verifier, signer.sign(&claims(json!({}))).unwrap()),
            "accepted"
        );
        let other = Signer::from_secret(&LONG[1..], algorithm).unwrap();
        assert_eq!(
            verdict(&verifier, other.sign(&claims(json!({}))).unwrap()),
            "signature-invalid"
        );
    }
    assert_eq!(
        key_set([Signer::from_secret(LONG, SecretAlgorithm::Hs256)
            .unwrap()
            .verifying_key()]),
        r#"{"keys":[]}"#
    );
}

#[test]
fn a_private_key_is_read_back_from_pem() {
    for (algorithm, signer) in public() {
        let again = Signer::from_pem(&signer.to_pem().unwrap(), algorithm).unwrap();
        assert_eq!(
            again.verifying_key().thumbprint(),
            signer.verifying_key().thumbprint()
        );
        let public = signer.verifying_key().to_pem().unwrap();
        assert_eq!(
            Signer::from_pem(&public, algorithm).unwrap_err(),
            KeyFault::PublicKey
        );
        let key = betroth_token::VerifyingKey::from_pem(&public, algorithm).unwrap();
        assert_eq!(key.thumbprint(), signer.verifying_key().thumbprint());
    }
    let rsa = Signer::generate(PublicAlgorithm::Rs256)
        .unwrap()
        .to_pem()
        .unwrap();
    assert_eq!(
        Signer::from_pem(&rsa, PublicAlgorithm::Es256).unwrap_err(),
        KeyFault::KindMismatch
    );
    assert_eq!(
        Signer::from_pem(&rsa, PublicAlgorithm::EdDsa).unwrap_err(),
        KeyFault::KindMismatch
    );
}

#[test]
fn a_private_jwk_signs_as_the_standard_shows() {
    // RFC 8037, appendix A.
    let jwk = json!({
        "kty": "OKP", "crv": "Ed25519", "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    });
    let algorithms = [Algorithm::Public(PublicAlgorithm::EdDsa)];
    let signer = Signer::from_jwk(&jwk.to_string(), &algorithms).unwrap();
    assert_eq!(
        signer.verifying_key().kid(),
        Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
    );
    let wrong = |name: &str, value: Value| {
        let mut jwk = jwk.clone();
        jwk[name] = value;
        Signer::from_jwk(&jwk.to_string(), &algorithms)
            .unwrap_err()
            .code()
    };
    assert_eq!(wrong("d", json!("AAAA")), "key-member");
    assert_eq!(wrong("d", json!("A".repeat(43))), "key-unsound");
    assert_eq!(wrong("key_ops", json!(["verify"])), "key-ops");
    assert_eq!(wrong("use", json!("enc")), "key-use");
    let mut public = jwk.clone();
    public.as_object_mut().unwrap().remove("d");
    assert_eq!(
        Signer::from_jwk(&public.to_string(), &algorithms).unwrap_err(),
        KeyFault::PublicKey
    );
    let named = json!({"kty": "oct", "alg": "HS256", "kid": "s", "k": "-ebuDNsVZ2iJtoZ-akfXTSCt4UO2cruLCsbWlBinggE"});
    let signer = Signer::from_jwk(
        &named.to_string(),
        &[Algorithm::Secret(SecretAlgorithm::Hs256)],
    )
    .unwrap();
    assert_eq!(signer.verifying_key().kid(), Some("s"));
}

#[test]
fn the_header_says_what_the_signer_was_told() {
    let signer = Signer::from_secret(LONG, SecretAlgorithm::Hs256).unwrap();
    let header = |signer: &Signer| {
        let token = signer.sign("{}").unwrap();
        let header = base64_simd::URL_SAFE_NO_PAD
            .decode_to_vec(token.split('.').next().unwrap())
            .unwrap();
        String::from_utf8(header).unwrap()
    };
    assert_eq!(header(&signer), r#"{"alg":"HS256"}"#);
    let signer = signer
        .with_type("at+jwt")
        .unwrap()
        .with_kid("2026-01")
        .unwrap();
    assert_eq!(
        header(&signer),
        r#"{"alg":"HS256","typ":"at+jwt","kid":"2026-01"}"#
    );
    assert_eq!(signer.with_kid("a\"b").unwrap_err(), KeyFault::KidMalformed);
    let signer = Signer::from_secret(LONG, SecretAlgorithm::Hs256).unwrap();
    assert!(signer.with_type("a\"b").is_none());
}

#[test]
fn what_no_verifier_reads_is_not_signed() {
    let signer = Signer::from_secret(LONG, SecretAlgorithm::Hs256).unwrap();
    assert_eq!(signer.sign("[]"), Err(SignFault::Claims(JsonFault::Syntax)));
    assert_eq!(
        signer.sign(r#"{"sub":"a","sub":"b"}"#),
        Err(SignFault::Claims(JsonFault::DuplicateMember))
    );
    let long = json!({"sub": "a".repeat(6200)}).to_string();
    assert_eq!(signer.sign(&long), Err(SignFault::TooLong));
}

#[test]
fn a_signer_does_not_show_itself() {
    let signer = Signer::from_secret(LONG, SecretAlgorithm::Hs256).unwrap();
    assert!(!format!("{signer:?}").contains("Zm9y"));
}

#[test]
fn a_private_jwk_is_read_as_the_key_that_it_was_written_from() {
    for (algorithm, signer) in public() {
        let jwk = signer.to_jwk().unwrap();
        let again = Signer::from_jwk(&jwk, &[Algorithm::Public(algorithm)]).unwrap();
        let public = signer.verifying_key().to_jwk();
        assert_eq!(again.verifying_key().to_jwk(), public);
        let private: Value = serde_json::from_str(&jwk).unwrap();
        for member in ["d", "alg", "use", "kid"] {
            assert!(private[member].is_string(), "{algorithm:?} {member}");
        }
        let keys = KeySet::new([signer.verifying_key().clone()]).unwrap();
        let verifier = Verifier::builder(ISSUER, AUDIENCE).build(keys).unwrap();
        let token = again.sign(&claims(json!({}))).unwrap();
        assert_eq!(verdict(&verifier, token), "accepted");
    }
    let secret = Signer::from_secret(LONG, SecretAlgorithm::Hs256).unwrap();
    assert!(secret.to_jwk().is_none());
}
