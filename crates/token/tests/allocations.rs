//! How often memory is asked for: a server verifies on every request.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

#[expect(dead_code, reason = "each file of tests uses its own part of it")]
mod forge;

use allocation_counter::measure;
use betroth_token::{PublicAlgorithm, Refusal, SecretAlgorithm, Signer, Verifier};
use forge::{AUDIENCE, ISSUER, NOW, SECRET, claims, signed};
use serde_json::json;

#[test]
fn a_token_is_verified_with_two_allocations_whatever_the_algorithm() {
    let public = [PublicAlgorithm::EdDsa, PublicAlgorithm::Ps256];
    let mut signers: Vec<_> = public.map(|it| Signer::generate(it).unwrap()).into();
    signers.push(Signer::from_secret(SECRET, SecretAlgorithm::Hs256).unwrap());
    for signer in signers {
        let keys = betroth_token::KeySet::new([signer.verifying_key().clone()]).unwrap();
        let verifier = Verifier::builder(ISSUER, AUDIENCE).build(keys).unwrap();
        let token = signer
            .sign(&claims(json!({"nbf": 1, "deep": {"er": [{"est": "é"}]}})))
            .unwrap();
        // The first token with a header has it kept.
        verifier.verify(&token, NOW).unwrap();
        let mut verified = None;
        let count = measure(|| verified = Some(verifier.verify(&token, NOW)));
        assert!(verified.unwrap().is_ok());
        assert!(
            count.count_total <= 2,
            "{:?}: {}",
            signer.verifying_key().algorithm(),
            count.count_total
        );
    }
}

#[test]
fn a_token_that_nobody_signed_costs_no_memory() {
    let verifier = forge::verifier();
    let good = signed(r#"{"alg":"HS256"}"#, claims(json!({})));
    verifier.verify(&good, NOW).unwrap();
    let (signed, _) = good.rsplit_once('.').unwrap();
    let huge = "A".repeat(8192);
    for (token, refusal) in [
        (
            format!("{signed}.{}", "A".repeat(43)),
            Refusal::SignatureInvalid,
        ),
        (
            format!("{signed}.{}", "A".repeat(7000)),
            Refusal::SignatureMalformed,
        ),
        (format!("{huge}."), Refusal::TokenTooLong),
        (huge.clone(), Refusal::Parts),
        (".".repeat(8192), Refusal::Parts),
    ] {
        let mut refused = None;
        let count = measure(|| refused = verifier.verify(&token, NOW).err());
        assert_eq!(refused, Some(refusal));
        assert_eq!(count.bytes_total, 0);
    }
}
