//! `jwt`: a JWS whose header is `{"alg":"HS256"}` and nothing else, under the bytes of the secret.

use aws_lc_rs::hmac;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::{Error, base64};

/// Any other header parameter, `crit` among them, is refused with the text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
}

pub(super) fn open(key: &hmac::Key, value: &str) -> Result<Zeroizing<String>, Error> {
    let token = Token::split(value)?;
    let header: Header = token.header()?;
    if header.alg != "HS256" {
        return Err(Error::CacheAlgorithm);
    }
    hmac::verify(key, token.message, &token.signature).map_err(|_| Error::SignatureMismatch)?;
    token.payload()
}

pub(super) fn seal(key: &hmac::Key, payload: &str) -> String {
    let message = message(r#"{"alg":"HS256"}"#, payload);
    let signature = base64::to_url(hmac::sign(key, message.as_bytes()));
    format!("{message}.{signature}")
}

/// A JWS in its compact form (RFC 7515 §3.1), cut into parts but not believed.
pub(super) struct Token<'a> {
    header: &'a str,
    payload: &'a str,
    /// What the signature is of.
    pub(super) message: &'a [u8],
    pub(super) signature: Vec<u8>,
}

impl<'a> Token<'a> {
    pub(super) fn split(value: &'a str) -> Result<Self, Error> {
        let malformed = Error::CacheMalformed { part: "token" };
        let (message, signature) = value.rsplit_once('.').ok_or(malformed.clone())?;
        let (header, payload) = message.split_once('.').ok_or(malformed.clone())?;
        if payload.contains('.') {
            return Err(malformed);
        }
        Ok(Self {
            header,
            payload,
            message: message.as_bytes(),
            signature: base64::from_url(signature).ok_or(Error::SignatureMalformed)?,
        })
    }

    pub(super) fn header<T: for<'de> Deserialize<'de>>(&self) -> Result<T, Error> {
        header(self.header)
    }

    /// Only asked for after the signature has held.
    pub(super) fn payload(&self) -> Result<Zeroizing<String>, Error> {
        text(self.payload)
    }
}

pub(super) fn message(header: &str, payload: &str) -> String {
    format!("{}.{}", base64::to_url(header), base64::to_url(payload))
}

pub(super) fn header<T: for<'de> Deserialize<'de>>(part: &str) -> Result<T, Error> {
    base64::from_url(part)
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .ok_or(Error::CacheMalformed { part: "header" })
}

fn text(part: &str) -> Result<Zeroizing<String>, Error> {
    base64::from_url(part)
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .map(Zeroizing::new)
        .ok_or(Error::CacheMalformed { part: "payload" })
}
