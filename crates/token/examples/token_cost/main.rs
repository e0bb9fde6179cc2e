//! What verifying and signing cost, in CPU time of this thread: the bare signature with a kept key, the whole of it
//! here, and the whole of it with `jsonwebtoken` over the same provider, in interleaved rounds.
//!
//! `cargo xtask bench token` runs it.

#![expect(clippy::print_stdout, reason = "it prints the figures")]

mod contest;

use std::hint::black_box;

use anyhow::{Context as _, Result, anyhow};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA256, VerificationAlgorithm,
};
use base64_simd::{STANDARD, URL_SAFE_NO_PAD};
use betroth_token::{KeySet, PublicAlgorithm, SecretAlgorithm, Signer, Timestamp, Verifier};
use contest::{Contest, Contestant};
use jsonwebtoken as peer;
use serde::{Deserialize, Serialize};

const ISSUER: &str = "https://app.example.com";
const AUDIENCE: &str = "https://api.example.com";
const SECRET: &str = "Zm9yIHRlc3RzIG9ubHk6IG5vYm9keSBzaWduczQ";

/// What a Better Auth session becomes as a token: 300 bytes with HS256.
#[derive(Serialize, Deserialize)]
struct Person {
    iss: String,
    aud: String,
    sub: String,
    email: String,
    role: String,
    iat: u64,
    exp: u64,
}

fn main() -> Result<()> {
    let now = peer_now();
    let person = Person {
        iss: ISSUER.into(),
        aud: AUDIENCE.into(),
        sub: "wJ3nV0xk2Tq8Lr5Y".into(),
        email: "ada@example.com".into(),
        role: "user".into(),
        iat: now,
        exp: now + 900,
    };
    let claims = serde_json::to_string(&person)?;
    println!("| | bare, ns | here, ns | here / bare | jsonwebtoken, ns | here / jsonwebtoken |");
    println!("|---|---|---|---|---|---|");
    let secret = Signer::from_secret(SECRET, SecretAlgorithm::Hs256)?;
    verify_secret(&secret, &claims, now)?;
    let public = [
        (PublicAlgorithm::EdDsa, peer::Algorithm::EdDSA),
        (PublicAlgorithm::Es256, peer::Algorithm::ES256),
        (PublicAlgorithm::Rs256, peer::Algorithm::RS256),
        (PublicAlgorithm::Ps256, peer::Algorithm::PS256),
    ];
    let signers: Vec<_> = public
        .iter()
        .map(|(algorithm, other)| Ok((Signer::generate(*algorithm)?, *algorithm, *other)))
        .collect::<Result<_>>()?;
    for (signer, algorithm, other) in &signers {
        verify_public(signer, *algorithm, *other, &claims, now)?;
    }
    Ok(())
}

/// The second that every verifier of the run takes for now; the peer reads the clock itself.
fn peer_now() -> u64 {
    peer::get_current_timestamp()
}

fn verifier(signer: &Signer) -> Result<Verifier> {
    let keys = KeySet::new([signer.verifying_key().clone()])?;
    Ok(Verifier::builder(ISSUER, AUDIENCE).build(keys)?)
}

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

fn ours<'a>(verifier: &'a Verifier, token: &'a str, now: u64) -> Contestant<'a> {
    let now = Timestamp::from_unix(now);
    Box::new(move || black_box(verifier.verify(black_box(token), now)).is_ok())
}

fn theirs<'a>(
    key: &'a peer::DecodingKey,
    validation: &'a peer::Validation,
    token: &'a str,
) -> Contestant<'a> {
    Box::new(move || black_box(peer::decode::<Person>(black_box(token), key, validation)).is_ok())
}

fn verify_secret(signer: &Signer, claims: &str, now: u64) -> Result<()> {
    let token = signer.sign(claims)?;
    let (signed, signature) = cut(&token)?;
    let bare = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let verifier = verifier(signer)?;
    let key = peer::DecodingKey::from_secret(SECRET.as_bytes());
    let validation = validation(peer::Algorithm::HS256);
    Contest {
        name: format!("verify HS256, {} bytes", token.len()),
        bare: Box::new(|| hmac::verify(&bare, black_box(signed), &signature).is_ok()),
        ours: ours(&verifier, &token, now),
        peer: theirs(&key, &validation, &token),
    }
    .run()
}

fn verify_public(
    signer: &Signer,
    algorithm: PublicAlgorithm,
    other: peer::Algorithm,
    claims: &str,
    now: u64,
) -> Result<()> {
    let token = signer.sign(claims)?;
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
        ours: ours(&verifier, &token, now),
        peer: theirs(&key, &validation, &token),
    }
    .run()
}

fn der(pem: &str) -> Result<Vec<u8>> {
    let lines = pem.lines().filter(|line| !line.starts_with('-'));
    Ok(STANDARD.decode_to_vec(lines.collect::<String>())?)
}
