use std::hint::black_box;

use anyhow::{Context as _, Result, anyhow};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA256, VerificationAlgorithm,
};
use base64_simd::URL_SAFE_NO_PAD;
use betroth_token::{PublicAlgorithm, Signer, Timestamp, Verifier};
use jsonwebtoken as peer;

use crate::contest::{Contest, Contestant};
use crate::{AUDIENCE, ISSUER, Person, SECRET, der, now, verifier};

/// The peer with the same rules: issuer, audience, expiry and the same required claims.
fn validation(algorithm: peer::Algorithm) -> peer::Validation {
    let mut validation = peer::Validation::new(algorithm);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.validate_nbf = true;
    validation.leeway = 30;
    validation
}

/// What was signed, and the signature.
fn cut(token: &str) -> Result<(&[u8], Vec<u8>)> {
    let (signed, signature) = token.rsplit_once('.').context("a token")?;
    let signature = URL_SAFE_NO_PAD.decode_to_vec(signature)?;
    Ok((signed.as_bytes(), signature))
}

fn ours<'a>(verifier: &'a Verifier, token: &'a str) -> Contestant<'a> {
    let now = Timestamp::from_unix(now());
    Box::new(move || black_box(verifier.verify(black_box(token), now)).is_ok())
}

fn theirs<'a>(
    key: &'a peer::DecodingKey,
    validation: &'a peer::Validation,
    token: &'a str,
) -> Contestant<'a> {
    Box::new(move || black_box(peer::decode::<Person>(black_box(token), key, validation)).is_ok())
}

pub(crate) fn secret(signer: &Signer, person: &Person) -> Result<()> {
    let token = signer.sign(&serde_json::to_string(person)?)?;
    let (signed, signature) = cut(&token)?;
    let bare = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let verifier = verifier(signer)?;
    let key = peer::DecodingKey::from_secret(SECRET.as_bytes());
    let validation = validation(peer::Algorithm::HS256);
    Contest {
        name: format!("verify HS256, {} bytes", token.len()),
        bare: Box::new(|| hmac::verify(&bare, black_box(signed), &signature).is_ok()),
        ours: ours(&verifier, &token),
        peer: theirs(&key, &validation, &token),
    }
    .run()
}

pub(crate) fn public(
    signer: &Signer,
    algorithm: PublicAlgorithm,
    other: peer::Algorithm,
    person: &Person,
) -> Result<()> {
    let token = signer.sign(&serde_json::to_string(person)?)?;
    let (signed, signature) = cut(&token)?;
    let pem = signer.verifying_key().to_pem().context("a public key")?;
    let (bare, key): (&'static dyn VerificationAlgorithm, _) = match algorithm {
        PublicAlgorithm::EdDsa => (&ED25519, peer::DecodingKey::from_ed_pem(pem.as_bytes())),
        PublicAlgorithm::Es256 => (
            &ECDSA_P256_SHA256_FIXED,
            peer::DecodingKey::from_ec_pem(pem.as_bytes()),
        ),
        PublicAlgorithm::Rs256 => (
            &RSA_PKCS1_2048_8192_SHA256,
            peer::DecodingKey::from_rsa_pem(pem.as_bytes()),
        ),
        PublicAlgorithm::Ps256 => (
            &RSA_PSS_2048_8192_SHA256,
            peer::DecodingKey::from_rsa_pem(pem.as_bytes()),
        ),
        _ => return Err(anyhow!("no bare check for {algorithm:?}")),
    };
    let bare = ParsedPublicKey::new(bare, der(&pem)?)?;
    let key = key?;
    let verifier = verifier(signer)?;
    let validation = validation(other);
    Contest {
        name: format!("verify {}", algorithm.as_str()),
        bare: Box::new(|| bare.verify_sig(black_box(signed), &signature).is_ok()),
        ours: ours(&verifier, &token),
        peer: theirs(&key, &validation, &token),
    }
    .run()
}
