//! Whether a token is signed by one of the keys: form, algorithm, key and signature, in this order (RFC 7515 §5.2).

use std::ops::Deref;
use std::sync::OnceLock;

use crate::base64url::{self, Buffer, encoded_length};
use crate::bytes::find;
use crate::header::Header;
use crate::key::{KeySet, VerifyingKey};
use crate::limits::{CLAIMS_BYTES, HEADER_BYTES, RSA_MODULUS_BYTES, TOKEN_BYTES};
use crate::refusal::Refusal;

/// Where what was signed is decoded to.
pub(crate) type Payload = Buffer<CLAIMS_BYTES>;

/// The three parts of a token, as they stand in it (RFC 7515 §7.1).
pub(crate) struct Parts<'a> {
    pub(crate) header: &'a [u8],
    pub(crate) payload: &'a [u8],
    signature: &'a [u8],
    /// The header, a dot and the payload.
    signed: &'a [u8],
}

impl<'a> Parts<'a> {
    pub(crate) fn of(token: &'a [u8]) -> Result<Self, Refusal> {
        if token.is_empty() {
            return Err(Refusal::TokenMissing);
        }
        if token.len() > TOKEN_BYTES {
            return Err(Refusal::TokenTooLong);
        }
        let first = find(b'.', token).ok_or(Refusal::Parts)?;
        let rest = &token[first + 1..];
        let second = find(b'.', rest).ok_or(Refusal::Parts)?;
        let signature = &rest[second + 1..];
        if find(b'.', signature).is_some() {
            return match signature.split(|byte| *byte == b'.').count() {
                3 => Err(Refusal::Encrypted),
                _ => Err(Refusal::Parts),
            };
        }
        if first > HEADER_BYTES {
            return Err(Refusal::HeaderTooLong);
        }
        Ok(Self {
            header: &token[..first],
            payload: &rest[..second],
            signature,
            signed: &token[..first + 1 + second],
        })
    }
}

/// Headers under which a signature has held, so that the next token with the same one need not read it again.
///
/// The same bytes say the same. Who cannot sign adds none, there are never more than a few, and they are those of one
/// set of keys.
#[derive(Default)]
pub(crate) struct SeenHeaders([OnceLock<(Box<[u8]>, Header)>; 4]);

/// A header, read before or just now.
pub(crate) enum Seen<'a> {
    Before(&'a Header),
    New(Header),
}

impl Deref for Seen<'_> {
    type Target = Header;

    fn deref(&self) -> &Header {
        match self {
            Self::Before(header) => header,
            Self::New(header) => header,
        }
    }
}

impl SeenHeaders {
    pub(crate) fn read(&self, encoded: &[u8]) -> Result<Seen<'_>, Refusal> {
        let mut seen = self.0.iter().map_while(OnceLock::get);
        match seen.find(|(known, _)| **known == *encoded) {
            Some((_, header)) => Ok(Seen::Before(header)),
            None => Header::parse(encoded).map(Seen::New),
        }
    }

    /// Keeps a header under which the signature has held, while there is room.
    pub(crate) fn keep(&self, encoded: &[u8], header: Seen<'_>) {
        let (Seen::New(header), Some(slot)) =
            (header, self.0.iter().find(|slot| slot.get().is_none()))
        else {
            return;
        };
        // Whoever was faster has filled the slot; the header is then kept another time.
        let _ = slot.set((encoded.into(), header));
    }
}

impl KeySet {
    /// What was signed, and only that it was signed: it may be over, for somebody else, or no claims at all.
    ///
    /// A token is accepted by [`Verifier::verify`](crate::Verifier::verify) alone.
    pub fn signed_payload(&self, token: impl AsRef<[u8]>) -> Result<Vec<u8>, Refusal> {
        let parts = Parts::of(token.as_ref())?;
        let header = Header::parse(parts.header)?;
        let payload = base64url::decode(parts.payload).map_err(|_| Refusal::ClaimsNotBase64Url)?;
        self.authenticate(&header, &parts).map(|_| payload)
    }

    /// The key that signed.
    pub(crate) fn authenticate(
        &self,
        header: &Header,
        parts: &Parts,
    ) -> Result<&VerifyingKey, Refusal> {
        if !self.algorithms().contains(&header.algorithm) {
            return Err(Refusal::AlgorithmNotAccepted);
        }
        if self.keys().is_empty() {
            return Err(Refusal::KeysUnavailable);
        }
        if parts.signature.is_empty() {
            return Err(Refusal::SignatureMissing);
        }
        let kid = header.kid.as_deref();
        let own = self
            .keys()
            .iter()
            .find(|key| kid.is_some() && key.kid() == kid);
        match own {
            Some(key) if key.algorithm() == header.algorithm => {
                return holds(key, parts).map(|()| key);
            }
            Some(_) => return Err(Refusal::AlgorithmMismatch),
            None => {}
        }
        let mut refusal = match kid {
            Some(_) => Refusal::KeyUnknown,
            None => Refusal::KidMissing,
        };
        // At most KEYS_WITHOUT_KID of them.
        let fits = |key: &&VerifyingKey| key.kid().is_none() && key.algorithm() == header.algorithm;
        for key in self.keys().iter().filter(fits) {
            match holds(key, parts) {
                Ok(()) => return Ok(key),
                Err(other) => refusal = other,
            }
        }
        Err(refusal)
    }
}

fn holds(key: &VerifyingKey, parts: &Parts) -> Result<(), Refusal> {
    if parts.signature.len() != encoded_length(key.signature_bytes()) {
        return Err(Refusal::SignatureMalformed);
    }
    let mut buffer = Buffer::<RSA_MODULUS_BYTES>::new();
    let signature = buffer
        .decode(parts.signature)
        .map_err(|_| Refusal::SignatureMalformed)?;
    if key.holds(parts.signed, signature) {
        Ok(())
    } else {
        Err(Refusal::SignatureInvalid)
    }
}
