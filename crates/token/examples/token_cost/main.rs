//! What verifying, signing and remembering cost, in CPU time: the bare signature with a kept key, the whole of it here,
//! and the whole of it with `jsonwebtoken` over the same provider, in interleaved rounds.
//!
//! `cargo xtask bench token` runs it.

#![expect(clippy::print_stdout, reason = "it prints the figures")]

mod cache;
mod contest;
mod sign;
mod verify;

use anyhow::{Context as _, Result};
use base64_simd::STANDARD;
use betroth_token::{KeySet, PublicAlgorithm, SecretAlgorithm, Signer, Verifier};
use jsonwebtoken as peer;
use serde::{Deserialize, Serialize};

const ISSUER: &str = "https://app.example.com";
const AUDIENCE: &str = "https://api.example.com";
const SECRET: &str = "Zm9yIHRlc3RzIG9ubHk6IG5vYm9keSBzaWduczQ";

/// What a Better Auth session becomes as a token: about 300 bytes with HS256.
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

impl Person {
    fn new(subject: &str) -> Self {
        let now = now();
        Self {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub: subject.into(),
            email: "ada@example.com".into(),
            role: "user".into(),
            iat: now,
            exp: now + 3600,
        }
    }
}

/// The second that it is; the peer reads the clock itself.
fn now() -> u64 {
    peer::get_current_timestamp()
}

fn main() -> Result<()> {
    let person = Person::new("wJ3nV0xk2Tq8Lr5Y");
    let secret = Signer::from_secret(SECRET, SecretAlgorithm::Hs256)?;
    let public = [
        (PublicAlgorithm::EdDsa, peer::Algorithm::EdDSA),
        (PublicAlgorithm::Es256, peer::Algorithm::ES256),
        (PublicAlgorithm::Rs256, peer::Algorithm::RS256),
        (PublicAlgorithm::Ps256, peer::Algorithm::PS256),
    ];
    let mut signers = Vec::new();
    for (algorithm, other) in public {
        signers.push((Signer::generate(algorithm)?, algorithm, other));
    }
    println!("| | bare, ns | here, ns | here / bare | jsonwebtoken, ns | here / jsonwebtoken |");
    println!("|---|---|---|---|---|---|");
    verify::secret(&secret, &person)?;
    for (signer, algorithm, other) in &signers {
        verify::public(signer, *algorithm, *other, &person)?;
    }
    sign::secret(&secret, &person)?;
    for (signer, algorithm, other) in &signers {
        sign::public(signer, *algorithm, *other, &person)?;
    }
    println!();
    cache::run(&secret)
}

fn verifier(signer: &Signer) -> Result<Verifier> {
    let keys = KeySet::new([signer.verifying_key().clone()])?;
    Ok(Verifier::builder(ISSUER, AUDIENCE).build(keys)?)
}

/// What a PEM holds.
fn der(pem: &str) -> Result<Vec<u8>> {
    let lines = pem.lines().filter(|line| !line.starts_with('-'));
    let text: String = lines.collect();
    STANDARD.decode_to_vec(text).context("base64 in a PEM")
}
