use betroth_contract::{Algorithm, PublicAlgorithm, SecretAlgorithm};
use zeroize::Zeroizing;

use super::public::{PublicParts, ed25519, elliptic, rsa};
use super::secret::accepted_bytes;
use super::{KeyFault, VerifyingKey, is_well_formed_kid};
use crate::algorithm::{Family, family, named};
use crate::base64url;
use crate::json::{Object, Text, Value};

/// A JWK (RFC 7517 §4); members that are not known are ignored.
#[derive(Clone, Copy)]
pub(crate) struct Jwk<'a>(Object<'a>);

/// What an RSA, EC or OKP key has only where it is private, and what a secret is.
const PRIVATE: &[&str] = &["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

impl<'a> Jwk<'a> {
    pub(crate) fn new(object: Object<'a>) -> Self {
        Self(object)
    }

    pub(crate) fn is_secret(self) -> bool {
        self.text("kty").is_some_and(|kind| kind == *"oct")
    }

    /// Whether it shows what only its owner may know; a secret is not meant.
    pub(crate) fn is_private(self) -> bool {
        !self.is_secret() && PRIVATE.iter().any(|name| self.0.get(name).is_some())
    }

    /// Its `kid`, if it has one.
    pub(crate) fn kid(self) -> Result<Option<String>, KeyFault> {
        match self.0.get("kid") {
            None => Ok(None),
            Some(Value::Text(kid)) => match kid.decode() {
                kid if is_well_formed_kid(&kid) => Ok(Some(kid.into_owned())),
                _ => Err(KeyFault::KidMalformed),
            },
            Some(_) => Err(KeyFault::KidMalformed),
        }
    }

    /// The key that checks signatures, for one of `algorithms`.
    pub(crate) fn verifying_key(self, algorithms: &[Algorithm]) -> Result<VerifyingKey, KeyFault> {
        let kid = self.kid()?;
        if self.is_private() {
            return Err(KeyFault::PrivateKey);
        }
        let algorithm = self.bound(algorithms, "verify")?;
        let key = match algorithm {
            Algorithm::Public(algorithm) => {
                let (key, parts) = self.public(algorithm)?;
                VerifyingKey::public(key, parts, algorithm)
            }
            Algorithm::Secret(algorithm) => {
                VerifyingKey::secret(&self.secret(algorithm)?, algorithm)
            }
        };
        match kid {
            Some(kid) => key.with_kid(&kid),
            None => Ok(key),
        }
    }

    /// The one algorithm that the key is for, which must be one of `algorithms`; its use must allow `operation`.
    pub(crate) fn bound(
        self,
        algorithms: &[Algorithm],
        operation: &str,
    ) -> Result<Algorithm, KeyFault> {
        let kind = self.text("kty").ok_or(KeyFault::Member("kty"))?;
        if !["RSA", "EC", "OKP", "oct"]
            .iter()
            .any(|known| kind == **known)
        {
            return Err(KeyFault::KindUnknown);
        }
        self.check_use(operation)?;
        let curve = match self.0.get("crv") {
            None => None,
            Some(curve) => Some(curve.text().ok_or(KeyFault::Member("crv"))?),
        };
        let is_kind = |algorithm: Algorithm| kind == *family(algorithm).key_type();
        let on_curve = |algorithm: Algorithm| match family(algorithm).curve() {
            Some(own) => curve.is_some_and(|curve| curve == *own),
            None => true,
        };
        match self.0.get("alg") {
            None => {
                let mut fitting = algorithms
                    .iter()
                    .copied()
                    .filter(|it| is_kind(*it) && on_curve(*it));
                match (fitting.next(), fitting.next()) {
                    (Some(algorithm), None) => Ok(algorithm),
                    _ => Err(KeyFault::AlgorithmUnclear),
                }
            }
            Some(Value::Text(name)) => {
                let algorithm = named(&name.decode()).ok_or(KeyFault::AlgorithmUnknown)?;
                if !is_kind(algorithm) {
                    Err(KeyFault::KindMismatch)
                } else if !on_curve(algorithm) {
                    Err(KeyFault::CurveMismatch)
                } else if !algorithms.contains(&algorithm) {
                    Err(KeyFault::AlgorithmNotAccepted)
                } else {
                    Ok(algorithm)
                }
            }
            Some(_) => Err(KeyFault::Member("alg")),
        }
    }

    /// Neither `use` nor `key_ops` speaks against `operation` (RFC 7517 §4.2, §4.3).
    fn check_use(self, operation: &str) -> Result<(), KeyFault> {
        match self.0.get("use") {
            None => {}
            Some(Value::Text(text)) if text == *"sig" => {}
            Some(_) => return Err(KeyFault::Use),
        }
        let Some(operations) = self.0.get("key_ops") else {
            return Ok(());
        };
        let operations: Option<Vec<_>> = operations.array().and_then(|array| {
            array
                .elements()
                .map(|it| Some(it.text()?.decode()))
                .collect()
        });
        let operations = operations.ok_or(KeyFault::KeyOps)?;
        let twice = |(index, operation)| operations[..index].contains(operation);
        if operations.iter().enumerate().any(twice) || !operations.iter().any(|it| it == operation)
        {
            return Err(KeyFault::KeyOps);
        }
        Ok(())
    }

    /// The public part, as a key of `algorithm`, which fits its kind and curve.
    pub(crate) fn public(
        self,
        algorithm: PublicAlgorithm,
    ) -> Result<(aws_lc_rs::signature::ParsedPublicKey, PublicParts), KeyFault> {
        match family(Algorithm::Public(algorithm)) {
            Family::Hmac => Err(KeyFault::KindMismatch),
            Family::Rsa { verify, .. } => rsa(&self.number("n")?, &self.number("e")?, verify),
            Family::Ecdsa(curve) => {
                let x = self.exactly("x", curve.coordinate)?;
                let y = self.exactly("y", curve.coordinate)?;
                elliptic(&x, &y, curve)
            }
            Family::Ed25519 => {
                let x = self.exactly("x", 32)?;
                ed25519(x.as_slice().try_into().map_err(|_| KeyFault::Member("x"))?)
            }
        }
    }

    /// The secret, which is fit for `algorithm`.
    pub(crate) fn secret(self, algorithm: SecretAlgorithm) -> Result<Zeroizing<Vec<u8>>, KeyFault> {
        let secret = self.bytes("k")?;
        accepted_bytes(&secret, algorithm)?;
        Ok(secret)
    }

    /// A number without a leading zero (RFC 7518 §2, `Base64urlUInt`).
    pub(crate) fn number(self, name: &'static str) -> Result<Zeroizing<Vec<u8>>, KeyFault> {
        self.bytes(name).and_then(|bytes| match bytes.first() {
            None | Some(0) => Err(KeyFault::Member(name)),
            Some(_) => Ok(bytes),
        })
    }

    /// A text of `length` bytes, no more and no fewer (RFC 7518 §6.2.1.2).
    pub(crate) fn exactly(
        self,
        name: &'static str,
        length: usize,
    ) -> Result<Zeroizing<Vec<u8>>, KeyFault> {
        match self.bytes(name)? {
            bytes if bytes.len() == length => Ok(bytes),
            _ => Err(KeyFault::Member(name)),
        }
    }

    fn bytes(self, name: &'static str) -> Result<Zeroizing<Vec<u8>>, KeyFault> {
        let text = self.text(name).ok_or(KeyFault::Member(name))?;
        let bytes = base64url::decode(text.decode().as_bytes());
        bytes
            .map(Zeroizing::new)
            .map_err(|_| KeyFault::Member(name))
    }

    fn text(self, name: &str) -> Option<Text<'a>> {
        self.0.get(name).and_then(Value::text)
    }
}
