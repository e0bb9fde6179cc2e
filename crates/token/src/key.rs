//! The keys that check signatures: each bound to one algorithm, parsed once, kept parsed.

mod common;
mod fault;
mod jwk;
mod kid;
mod pem;
mod public;
mod secret;
mod set;

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::digest;
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::ParsedPublicKey;
use betroth_contract::{Algorithm, PublicAlgorithm, SecretAlgorithm};

pub use fault::{KeyFault, KeySetFault};
pub use set::{KeySet, RefusedKey};

pub(crate) use jwk::Jwk;
pub(crate) use kid::is_well_formed as is_well_formed_kid;
pub(crate) use pem::{Pem, write as write_pem};
pub(crate) use public::{PublicParts, ed25519, elliptic, rsa};
pub(crate) use secret::accepted as accepted_secret;

use crate::algorithm::mac;
use crate::base64url;
use crate::json::Document;

/// A key that checks signatures of one algorithm, with no other (RFC 8725 §3.1).
#[derive(Clone)]
pub struct VerifyingKey {
    kid: Option<Arc<str>>,
    algorithm: Algorithm,
    material: Material,
    fingerprint: [u8; 32],
}

#[derive(Clone)]
enum Material {
    Secret(Box<hmac::Key>),
    Public {
        key: ParsedPublicKey,
        parts: PublicParts,
    },
}

impl VerifyingKey {
    /// A key from a JWK (RFC 7517 §4), without private parts.
    ///
    /// Its algorithm is its `alg`, which must be one of `algorithms`; a JWK without `alg` takes the only one of
    /// `algorithms` that fits.
    pub fn from_jwk(jwk: &str, algorithms: &[Algorithm]) -> Result<Self, KeyFault> {
        let document = Document::parse(jwk).map_err(KeyFault::NotJson)?;
        Jwk::new(document.root()).verifying_key(algorithms)
    }

    /// A public key from PEM: `PUBLIC KEY` (SPKI) or `RSA PUBLIC KEY` (PKCS #1).
    pub fn from_pem(pem: &str, algorithm: PublicAlgorithm) -> Result<Self, KeyFault> {
        match Pem::parse(pem)? {
            Pem::Public(der) => Self::from_der(&der, algorithm),
            Pem::Private(_) => Err(KeyFault::PrivateKey),
        }
    }

    /// A public key from DER: SPKI or PKCS #1.
    pub fn from_der(der: &[u8], algorithm: PublicAlgorithm) -> Result<Self, KeyFault> {
        let (key, parts) = public::from_der(der, algorithm)?;
        Ok(Self::public(key, parts, algorithm))
    }

    /// A secret that both sides hold, as the bytes of its text. Each holder can also sign.
    pub fn from_secret(secret: &str, algorithm: SecretAlgorithm) -> Result<Self, KeyFault> {
        let bytes = secret::accepted(secret, algorithm)?;
        Ok(Self::secret(bytes, algorithm))
    }

    /// The same key with a `kid`: it then checks only tokens with that one.
    pub fn with_kid(mut self, kid: &str) -> Result<Self, KeyFault> {
        if !is_well_formed_kid(kid) {
            return Err(KeyFault::KidMalformed);
        }
        self.kid = Some(kid.into());
        Ok(self)
    }

    /// `bytes` is long enough for `algorithm`.
    pub(crate) fn secret(bytes: &[u8], algorithm: SecretAlgorithm) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, bytes);
        let label = format!("betroth fingerprint {}", algorithm.as_str());
        let fingerprint = hmac::sign(&key, label.as_bytes());
        Self {
            kid: None,
            algorithm: Algorithm::Secret(algorithm),
            material: Material::Secret(hmac::Key::new(mac(algorithm), bytes).into()),
            fingerprint: first_32(fingerprint.as_ref()),
        }
    }

    pub(crate) fn public(
        key: ParsedPublicKey,
        parts: PublicParts,
        algorithm: PublicAlgorithm,
    ) -> Self {
        let label = format!("{} {}", algorithm.as_str(), parts.to_json());
        let fingerprint = digest::digest(&digest::SHA256, label.as_bytes());
        Self {
            kid: None,
            algorithm: Algorithm::Public(algorithm),
            material: Material::Public { key, parts },
            fingerprint: first_32(fingerprint.as_ref()),
        }
    }

    /// The `kid` of the tokens that it checks; where it has none, it checks those with any and those without.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    pub(crate) fn shared_kid(&self) -> Option<Arc<str>> {
        self.kid.clone()
    }

    /// What tells it from every other key, or the same key from one for another algorithm. It stays within the process:
    /// a secret that is too easy could be guessed from it.
    pub(crate) fn fingerprint(&self) -> &[u8; 32] {
        &self.fingerprint
    }

    /// The one algorithm that it is for.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The public key as JWK, with `alg`, `use` and its `kid`; `None` of a secret.
    pub fn to_jwk(&self) -> Option<String> {
        let Material::Public { parts, .. } = &self.material else {
            return None;
        };
        let mut jwk = parts.to_json();
        jwk.pop();
        jwk.push_str(r#","alg":""#);
        jwk.push_str(self.algorithm.as_str());
        jwk.push_str(r#"","use":"sig""#);
        if let Some(kid) = self.kid() {
            // A well-formed `kid` has nothing that JSON escapes.
            jwk.push_str(r#","kid":""#);
            jwk.push_str(kid);
            jwk.push('"');
        }
        jwk.push('}');
        Some(jwk)
    }

    /// The public key as PEM, `PUBLIC KEY` (SPKI); `None` of a secret.
    pub fn to_pem(&self) -> Option<String> {
        let Material::Public { key, .. } = &self.material else {
            return None;
        };
        let der: PublicKeyX509Der<'_> = key.as_der().ok()?;
        Some(pem::write("PUBLIC KEY", der.as_ref()).to_string())
    }

    /// The SHA-256 thumbprint of the public key (RFC 7638 §3), in base64url; `None` of a secret, which could be
    /// guessed from it.
    pub fn thumbprint(&self) -> Option<String> {
        let Material::Public { parts, .. } = &self.material else {
            return None;
        };
        let digest = digest::digest(&digest::SHA256, parts.to_json().as_bytes());
        Some(base64url::encode(digest.as_ref()))
    }

    /// How many bytes a signature has; every other length is refused before anything is computed.
    pub(crate) fn signature_bytes(&self) -> usize {
        match &self.material {
            Material::Secret(key) => key.algorithm().tag_len(),
            Material::Public { parts, .. } => parts.signature_bytes(),
        }
    }

    /// Whether `signature` is that of `message`; MACs are compared in constant time.
    pub(crate) fn holds(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.material {
            Material::Secret(key) => hmac::verify(key, message, signature).is_ok(),
            Material::Public { key, .. } => key.verify_sig(message, signature).is_ok(),
        }
    }
}

fn first_32(bytes: &[u8]) -> [u8; 32] {
    bytes.first_chunk().copied().unwrap_or_default()
}

/// Shows nothing of a secret.
impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey")
            .field("kid", &self.kid)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}
