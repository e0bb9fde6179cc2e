use std::hint::black_box;

use anyhow::{Context as _, Result, anyhow};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256,
    RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
};
use betroth_token::{PublicAlgorithm, Signer};
use jsonwebtoken as peer;

use crate::contest::{Contest, Contestant};
use crate::{Person, SECRET, der};

/// What is signed, from claims that are JSON already; the peer writes the JSON itself, as it has no other way.
struct Claims<'a> {
    person: &'a Person,
    json: String,
    signed: String,
}

impl<'a> Claims<'a> {
    fn new(signer: &Signer, person: &'a Person) -> Result<Self> {
        let json = serde_json::to_string(person)?;
        let token = signer.sign(&json)?;
        let (signed, _) = token.rsplit_once('.').context("a token")?;
        let signed = signed.to_owned();
        Ok(Self {
            person,
            json,
            signed,
        })
    }

    fn contest<'b>(
        &'b self,
        name: &str,
        signer: &'b Signer,
        bare: Contestant<'b>,
        header: &'b peer::Header,
        key: &'b peer::EncodingKey,
    ) -> Result<()> {
        Contest {
            name: format!("sign {name}"),
            bare,
            ours: Box::new(move || black_box(signer.sign(black_box(&self.json))).is_ok()),
            peer: Box::new(move || black_box(peer::encode(header, self.person, key)).is_ok()),
        }
        .run()
    }
}

pub(crate) fn secret(signer: &Signer, person: &Person) -> Result<()> {
    let claims = Claims::new(signer, person)?;
    let bare = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let bare = || {
        black_box(hmac::sign(&bare, black_box(claims.signed.as_bytes())))
            .as_ref()
            .len()
            == 32
    };
    let key = peer::EncodingKey::from_secret(SECRET.as_bytes());
    let header = peer::Header::new(peer::Algorithm::HS256);
    claims.contest("HS256", signer, Box::new(bare), &header, &key)
}

pub(crate) fn public(
    signer: &Signer,
    algorithm: PublicAlgorithm,
    other: peer::Algorithm,
    person: &Person,
) -> Result<()> {
    let claims = Claims::new(signer, person)?;
    let pem = signer.to_pem().context("a private key")?;
    let der = der(&pem)?;
    let header = peer::Header::new(other);
    let signed = claims.signed.as_bytes();
    let random = SystemRandom::new();
    let (bare, key): (Contestant<'_>, _) = match algorithm {
        PublicAlgorithm::EdDsa => {
            let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der)?;
            let bare = move || black_box(pair.try_sign(black_box(signed))).is_ok();
            (
                Box::new(bare),
                peer::EncodingKey::from_ed_pem(pem.as_bytes())?,
            )
        }
        PublicAlgorithm::Es256 => {
            let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der)?;
            let bare = || black_box(pair.sign(&random, black_box(signed))).is_ok();
            let key = peer::EncodingKey::from_ec_pem(pem.as_bytes())?;
            return claims.contest("ES256", signer, Box::new(bare), &header, &key);
        }
        PublicAlgorithm::Rs256 | PublicAlgorithm::Ps256 => {
            let encoding: &'static dyn RsaEncoding = match algorithm {
                PublicAlgorithm::Rs256 => &RSA_PKCS1_SHA256,
                _ => &RSA_PSS_SHA256,
            };
            let pair = RsaKeyPair::from_pkcs8(&der)?;
            let mut signature = vec![0; pair.public_modulus_len()];
            let random = random.clone();
            let bare = move || {
                pair.sign(encoding, &random, black_box(signed), &mut signature)
                    .is_ok()
            };
            (
                Box::new(bare),
                peer::EncodingKey::from_rsa_pem(pem.as_bytes())?,
            )
        }
        _ => return Err(anyhow!("no bare signature for {algorithm:?}")),
    };
    claims.contest(algorithm.as_str(), signer, bare, &header, &key)
}
