use betroth_contract::Algorithm;

use super::{Jwk, KeyFault, KeySetFault, VerifyingKey};
use crate::json::{Document, Value};
use crate::limits::{KEY_SET_BYTES, KEY_SET_KEYS, KEYS_WITHOUT_KID};

/// The keys of one issuer, and which algorithms are accepted.
#[derive(Clone, Debug)]
pub struct KeySet {
    keys: Vec<VerifyingKey>,
    algorithms: Vec<Algorithm>,
    refused: Vec<RefusedKey>,
}

/// A key that is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedKey {
    /// Which key of the set it is, from 0.
    pub position: usize,
    /// Its `kid`, if it has a well-formed one.
    pub kid: Option<String>,
    /// Why.
    pub fault: KeyFault,
}

/// A key as it came, taken or not.
struct Candidate {
    kid: Option<String>,
    key: Result<VerifyingKey, KeyFault>,
}

impl KeySet {
    /// The keys of a JWK set (RFC 7517 §5) that are for one of `algorithms`.
    ///
    /// A key that cannot be taken is left out with its reason, see [`Self::refused`]; the others stay.
    ///
    /// # Errors
    /// The set is refused as a whole: it is no set, is too large, mixes secret and public keys, or shows private ones.
    pub fn from_jwks(text: &str, algorithms: &[Algorithm]) -> Result<Self, KeySetFault> {
        if text.len() > KEY_SET_BYTES {
            return Err(KeySetFault::TooLong);
        }
        let document = Document::parse(text).map_err(KeySetFault::NotJson)?;
        let keys = document.root().get("keys").and_then(Value::array);
        let keys = keys.ok_or(KeySetFault::NoKeys)?.elements();
        let objects: Option<Vec<_>> = keys.map(|key| key.object().map(Jwk::new)).collect();
        let jwks = objects.ok_or(KeySetFault::NoKeys)?;
        if jwks.len() > KEY_SET_KEYS {
            return Err(KeySetFault::TooManyKeys);
        }
        if jwks.iter().any(|jwk| jwk.is_private()) {
            return Err(KeySetFault::Private);
        }
        if jwks.iter().any(|jwk| jwk.is_secret()) && !jwks.iter().all(|jwk| jwk.is_secret()) {
            return Err(KeySetFault::Mixed);
        }
        let candidates = jwks.iter().map(|jwk| Candidate {
            kid: jwk.kid().unwrap_or_default(),
            key: jwk.verifying_key(algorithms),
        });
        Ok(Self::of(candidates.collect(), algorithms.to_vec()))
    }

    /// Keys that are held already; their algorithms are accepted.
    ///
    /// # Errors
    /// There are secret and public keys among them, or too many.
    pub fn new(keys: impl IntoIterator<Item = VerifyingKey>) -> Result<Self, KeySetFault> {
        let keys: Vec<_> = keys.into_iter().collect();
        if keys.len() > KEY_SET_KEYS {
            return Err(KeySetFault::TooManyKeys);
        }
        let is_secret = |key: &VerifyingKey| matches!(key.algorithm(), Algorithm::Secret(_));
        if keys.iter().any(is_secret) && !keys.iter().all(is_secret) {
            return Err(KeySetFault::Mixed);
        }
        let mut algorithms: Vec<_> = keys.iter().map(VerifyingKey::algorithm).collect();
        algorithms.sort_unstable();
        algorithms.dedup();
        let candidates = keys.into_iter().map(|key| Candidate {
            kid: key.kid().map(str::to_owned),
            key: Ok(key),
        });
        Ok(Self::of(candidates.collect(), algorithms))
    }

    /// No key yet: every token is answered with *unavailable*, not *invalid*.
    pub fn none(algorithms: &[Algorithm]) -> Self {
        Self::of(Vec::new(), algorithms.to_vec())
    }

    fn of(candidates: Vec<Candidate>, algorithms: Vec<Algorithm>) -> Self {
        let kids: Vec<_> = candidates.iter().map(|it| it.kid.clone()).collect();
        let (mut keys, mut refused) = (Vec::new(), Vec::new());
        for (position, Candidate { kid, key }) in candidates.into_iter().enumerate() {
            let twice = kid.is_some() && kids.iter().filter(|other| **other == kid).count() > 1;
            let key = match key {
                Ok(_) if twice => Err(KeyFault::DuplicateKid),
                Ok(key) if key.kid().is_none() && is_one_too_many(&key, &keys) => {
                    Err(KeyFault::TooManyWithoutKid)
                }
                key => key,
            };
            match key {
                Ok(key) => keys.push(key),
                Err(fault) => refused.push(RefusedKey {
                    position,
                    kid,
                    fault,
                }),
            }
        }
        Self {
            keys,
            algorithms,
            refused,
        }
    }

    /// The keys that are taken.
    pub fn keys(&self) -> &[VerifyingKey] {
        &self.keys
    }

    /// The accepted algorithms.
    pub fn algorithms(&self) -> &[Algorithm] {
        &self.algorithms
    }

    /// The keys that are not taken, each with its reason.
    pub fn refused(&self) -> &[RefusedKey] {
        &self.refused
    }
}

fn is_one_too_many(key: &VerifyingKey, keys: &[VerifyingKey]) -> bool {
    let alike =
        |other: &&VerifyingKey| other.kid().is_none() && other.algorithm() == key.algorithm();
    keys.iter().filter(alike).count() >= KEYS_WITHOUT_KID
}
