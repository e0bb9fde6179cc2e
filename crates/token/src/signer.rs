//! Signs tokens, and publishes the keys that check them.

mod private_jwk;

use std::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature as lc;
use aws_lc_rs::signature::KeyPair;
use betroth_contract::{Algorithm, PublicAlgorithm, SecretAlgorithm};
use zeroize::Zeroizing;

use crate::algorithm::{Curve, Family, family, mac};
use crate::base64url::{append, encode, encoded_length};
use crate::json::{Document, JsonFault};
use crate::key::{
    Jwk, KeyFault, Pem, PublicParts, VerifyingKey, accepted_secret, ed25519, elliptic, rsa,
    write_pem,
};
use crate::limits::{HEADER_BYTES, RSA_MODULUS_BYTES, TOKEN_BYTES};

/// Signs with one key under one algorithm.
pub struct Signer {
    material: Material,
    key: VerifyingKey,
    media_type: Option<Box<str>>,
    /// The header as it begins each token, with its dot.
    header: String,
}

enum Material {
    Secret(Box<hmac::Key>),
    Rsa(lc::RsaKeyPair, &'static dyn lc::RsaEncoding),
    Ecdsa(lc::EcdsaKeyPair),
    Ed25519(lc::Ed25519KeyPair),
}

/// Why nothing is signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignFault {
    /// What is to be signed is no JSON object that a verifier reads.
    #[error("the claims: what is to be signed {0}")]
    Claims(JsonFault),
    /// The provider did not sign.
    #[error("the signature could not be made")]
    Failed,
    /// No verifier reads a token or a header as long.
    #[error(
        "the token would be longer than {TOKEN_BYTES} bytes, or its header than {HEADER_BYTES}"
    )]
    TooLong,
}

impl Signer {
    /// A signer with a new key pair; an RSA key has 2048 bits.
    pub fn generate(algorithm: PublicAlgorithm) -> Result<Self, KeyFault> {
        let failed = |_| KeyFault::Unsound;
        let material = match family(Algorithm::Public(algorithm)) {
            Family::Hmac => return Err(KeyFault::KindMismatch),
            Family::Rsa { sign, .. } => Material::Rsa(
                lc::RsaKeyPair::generate(KeySize::Rsa2048).map_err(failed)?,
                sign,
            ),
            Family::Ecdsa(curve) => {
                Material::Ecdsa(lc::EcdsaKeyPair::generate(curve.sign).map_err(failed)?)
            }
            Family::Ed25519 => Material::Ed25519(lc::Ed25519KeyPair::generate().map_err(failed)?),
        };
        Self::with_pair(material, algorithm)
    }

    /// A private key from PEM: PKCS #8, or PKCS #1 or SEC 1 as `openssl` still writes them.
    pub fn from_pem(pem: &str, algorithm: PublicAlgorithm) -> Result<Self, KeyFault> {
        match Pem::parse(pem)? {
            Pem::Private(der) => Self::from_der(&der, algorithm),
            Pem::Public(_) => Err(KeyFault::PublicKey),
        }
    }

    /// A private key from DER, in the same forms.
    pub fn from_der(der: &[u8], algorithm: PublicAlgorithm) -> Result<Self, KeyFault> {
        let other = |_| KeyFault::KindMismatch;
        let material = match family(Algorithm::Public(algorithm)) {
            Family::Hmac => return Err(KeyFault::KindMismatch),
            Family::Rsa { sign, .. } => {
                let pair =
                    lc::RsaKeyPair::from_pkcs8(der).or_else(|_| lc::RsaKeyPair::from_der(der));
                Material::Rsa(pair.map_err(other)?, sign)
            }
            Family::Ecdsa(curve) => {
                let pair = lc::EcdsaKeyPair::from_private_key_der(curve.sign, der);
                Material::Ecdsa(pair.map_err(other)?)
            }
            Family::Ed25519 => {
                let pair = lc::Ed25519KeyPair::from_pkcs8_maybe_unchecked(der);
                Material::Ed25519(pair.map_err(other)?)
            }
        };
        Self::with_pair(material, algorithm)
    }

    /// A private or secret JWK, for one of `algorithms`.
    pub fn from_jwk(jwk: &str, algorithms: &[Algorithm]) -> Result<Self, KeyFault> {
        let document = Document::parse(jwk).map_err(KeyFault::NotJson)?;
        let jwk = Jwk::new(document.root());
        let kid = jwk.kid()?;
        let signer = match jwk.bound(algorithms, "sign")? {
            Algorithm::Secret(algorithm) => Self::with_secret(&jwk.secret(algorithm)?, algorithm),
            Algorithm::Public(algorithm) if jwk.is_private() => {
                let material = private(jwk, algorithm)?;
                Self::with_pair(material, algorithm)?
            }
            Algorithm::Public(_) => return Err(KeyFault::PublicKey),
        };
        match kid {
            Some(kid) => signer.with_kid(&kid),
            None => Ok(signer),
        }
    }

    /// A secret that both sides hold, as the bytes of its text.
    pub fn from_secret(secret: &str, algorithm: SecretAlgorithm) -> Result<Self, KeyFault> {
        Ok(Self::with_secret(
            accepted_secret(secret, algorithm)?,
            algorithm,
        ))
    }

    /// The same signer with another `kid`. Without this call it is the key's thumbprint (RFC 7638), of a secret none.
    pub fn with_kid(mut self, kid: &str) -> Result<Self, KeyFault> {
        self.key = self.key.with_kid(kid)?;
        self.write_header();
        Ok(self)
    }

    /// The same signer with a `typ`, as in `at+jwt`; `None` where it is no media type.
    pub fn with_type(mut self, media_type: &str) -> Option<Self> {
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&^_.+-/".contains(&byte);
        if !(1..=127).contains(&media_type.len()) || !media_type.bytes().all(letter) {
            return None;
        }
        self.media_type = Some(media_type.into());
        self.write_header();
        Some(self)
    }

    fn with_secret(secret: &[u8], algorithm: SecretAlgorithm) -> Self {
        let material = Material::Secret(hmac::Key::new(mac(algorithm), secret).into());
        Self::new(material, VerifyingKey::secret(secret, algorithm))
    }

    fn with_pair(material: Material, algorithm: PublicAlgorithm) -> Result<Self, KeyFault> {
        let (key, parts) = public(&material, algorithm)?;
        let key = VerifyingKey::public(key, parts, algorithm);
        let kid = key.thumbprint().unwrap_or_default();
        Ok(Self::new(material, key.with_kid(&kid)?))
    }

    fn new(material: Material, key: VerifyingKey) -> Self {
        let mut signer = Self {
            material,
            key,
            media_type: None,
            header: String::new(),
        };
        signer.write_header();
        signer
    }

    fn write_header(&mut self) {
        let mut json = format!(r#"{{"alg":"{}""#, self.key.algorithm().as_str());
        // Neither has anything that JSON escapes.
        for (name, value) in [("typ", self.media_type.as_deref()), ("kid", self.key.kid())] {
            if let Some(value) = value {
                json.extend([",\"", name, "\":\"", value, "\""]);
            }
        }
        json.push('}');
        self.header = encode(json.as_bytes()) + ".";
    }

    /// The key that checks what is signed here.
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.key
    }

    /// A token with `claims`, a JSON object as a verifier reads it. Times are the caller's to set.
    pub fn sign(&self, claims: &str) -> Result<String, SignFault> {
        Document::parse(claims).map_err(SignFault::Claims)?;
        let signature = encoded_length(self.key.signature_bytes());
        let length = self.header.len() + encoded_length(claims.len()) + 1 + signature;
        if length > TOKEN_BYTES || self.header.len() > HEADER_BYTES {
            return Err(SignFault::TooLong);
        }
        let mut token = String::with_capacity(length);
        token.push_str(&self.header);
        append(claims.as_bytes(), &mut token);
        self.append_signature(&mut token)?;
        Ok(token)
    }

    fn append_signature(&self, token: &mut String) -> Result<(), SignFault> {
        let write = |signature: &[u8], token: &mut String| {
            token.push('.');
            append(signature, token);
        };
        let signed = token.as_bytes();
        match &self.material {
            Material::Secret(key) => write(hmac::sign(key, signed).as_ref(), token),
            Material::Rsa(pair, encoding) => {
                let mut buffer = [0; RSA_MODULUS_BYTES];
                let signature = &mut buffer[..pair.public_modulus_len()];
                let made = pair.sign(*encoding, &SystemRandom::new(), signed, signature);
                made.map_err(|_| SignFault::Failed)?;
                write(signature, token);
            }
            Material::Ecdsa(pair) => {
                let made = pair.sign(&SystemRandom::new(), signed);
                write(made.map_err(|_| SignFault::Failed)?.as_ref(), token);
            }
            Material::Ed25519(pair) => {
                write(
                    pair.try_sign(signed)
                        .map_err(|_| SignFault::Failed)?
                        .as_ref(),
                    token,
                );
            }
        }
        Ok(())
    }

    /// The private key as PKCS #8 in PEM, to be kept where only the issuer reads it; `None` of a secret.
    pub fn to_pem(&self) -> Option<Zeroizing<String>> {
        let document = match &self.material {
            Material::Secret(_) => return None,
            Material::Rsa(pair, _) => {
                let der: Pkcs8V1Der<'_> = pair.as_der().ok()?;
                Zeroizing::new(der.as_ref().to_vec())
            }
            Material::Ecdsa(pair) => Zeroizing::new(pair.to_pkcs8v1().ok()?.as_ref().to_vec()),
            Material::Ed25519(pair) => Zeroizing::new(pair.to_pkcs8v1().ok()?.as_ref().to_vec()),
        };
        Some(write_pem("PRIVATE KEY", &document))
    }
}

/// Shows nothing of the private key.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// The JWK set (RFC 7517 §5) of public keys, as an issuer publishes it; secrets are left out.
pub fn key_set<'a>(keys: impl IntoIterator<Item = &'a VerifyingKey>) -> String {
    let keys: Vec<_> = keys.into_iter().filter_map(VerifyingKey::to_jwk).collect();
    format!(r#"{{"keys":[{}]}}"#, keys.join(","))
}

/// The public half of a pair, with the same checks as any other public key.
fn public(
    material: &Material,
    algorithm: PublicAlgorithm,
) -> Result<(lc::ParsedPublicKey, PublicParts), KeyFault> {
    match (material, family(Algorithm::Public(algorithm))) {
        (Material::Rsa(pair, _), Family::Rsa { verify, .. }) => {
            let key = pair.public_key();
            let modulus = key.modulus().big_endian_without_leading_zero();
            rsa(
                modulus,
                key.exponent().big_endian_without_leading_zero(),
                verify,
            )
        }
        (Material::Ecdsa(pair), Family::Ecdsa(curve)) => {
            let (x, y) = coordinates(pair.public_key().as_ref(), curve)?;
            elliptic(x, y, curve)
        }
        (Material::Ed25519(pair), Family::Ed25519) => ed25519(
            pair.public_key()
                .as_ref()
                .try_into()
                .map_err(|_| KeyFault::Unsound)?,
        ),
        _ => Err(KeyFault::KindMismatch),
    }
}

/// Those of an uncompressed point (SEC 1 §2.3.3).
fn coordinates<'a>(point: &'a [u8], curve: &Curve) -> Result<(&'a [u8], &'a [u8]), KeyFault> {
    match point.split_first() {
        Some((4, both)) if both.len() == 2 * curve.coordinate => {
            Ok(both.split_at(curve.coordinate))
        }
        _ => Err(KeyFault::Unsound),
    }
}

/// The pair of a private JWK (RFC 7518 §6, RFC 8037 §2), whose halves must belong together.
fn private(jwk: Jwk, algorithm: PublicAlgorithm) -> Result<Material, KeyFault> {
    let unsound = |_| KeyFault::Unsound;
    match family(Algorithm::Public(algorithm)) {
        Family::Hmac => Err(KeyFault::KindMismatch),
        Family::Rsa { sign, .. } => {
            let components = aws_lc_rs::rsa::KeyPairComponents {
                public_key: lc::RsaPublicKeyComponents {
                    n: jwk.number("n")?,
                    e: jwk.number("e")?,
                },
                d: jwk.number("d")?,
                p: jwk.number("p")?,
                q: jwk.number("q")?,
                dP: jwk.number("dp")?,
                dQ: jwk.number("dq")?,
                qInv: jwk.number("qi")?,
            };
            let pair = lc::RsaKeyPair::from_components(&components);
            Ok(Material::Rsa(pair.map_err(unsound)?, sign))
        }
        Family::Ecdsa(curve) => {
            let x = jwk.exactly("x", curve.coordinate)?;
            let y = jwk.exactly("y", curve.coordinate)?;
            let d = jwk.exactly("d", curve.coordinate)?;
            let point = [&[4], x.as_slice(), &y].concat();
            let pair = lc::EcdsaKeyPair::from_private_key_and_public_key(curve.sign, &d, &point);
            Ok(Material::Ecdsa(pair.map_err(unsound)?))
        }
        Family::Ed25519 => {
            let (d, x) = (jwk.exactly("d", 32)?, jwk.exactly("x", 32)?);
            let pair = lc::Ed25519KeyPair::from_seed_and_public_key(&d, &x);
            Ok(Material::Ed25519(pair.map_err(unsound)?))
        }
    }
}
