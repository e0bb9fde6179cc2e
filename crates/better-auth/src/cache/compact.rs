//! `compact`: what is signed is `JSON.stringify({ ...session, expiresAt })`, thus the text of `session` itself with
//! one member more. It is taken as it came: a text that JavaScript would spell otherwise has another signature.

use std::borrow::Cow;

use aws_lc_rs::{constant_time, hmac};
use serde::Deserialize;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::{Error, base64, secret::number};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Envelope<'a> {
    #[serde(borrow)]
    session: &'a RawValue,
    #[serde(borrow)]
    expires_at: &'a RawValue,
    #[serde(borrow)]
    signature: Cow<'a, str>,
}

const MALFORMED: Error = Error::CacheMalformed { part: "envelope" };

/// The payload, and when it ends in milliseconds.
pub(super) fn open(
    key: &hmac::Key,
    value: &str,
) -> Result<(Zeroizing<String>, Option<u64>), Error> {
    let text = base64::from_url(value)
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .map(Zeroizing::new)
        .ok_or(MALFORMED)?;
    let envelope: Envelope<'_> = serde_json::from_str(&text).map_err(|_| MALFORMED)?;
    let expires_at = number(envelope.expires_at.get()).ok_or(MALFORMED)?;
    let session = envelope.session.get();
    if !session.starts_with('{') {
        return Err(MALFORMED);
    }
    let signature =
        base64::from_url(envelope.signature.as_bytes()).ok_or(Error::SignatureMalformed)?;
    constant_time::verify_slices_are_equal(sign(key, session, expires_at).as_ref(), &signature)
        .map_err(|_| Error::SignatureMismatch)?;
    Ok((Zeroizing::new(session.to_owned()), Some(expires_at)))
}

pub(super) fn seal(key: &hmac::Key, payload: &str, expires_at: u64) -> String {
    let signature = base64::to_url(sign(key, payload, expires_at));
    base64::to_url(
        Zeroizing::new(format!(
            "{{\"session\":{payload},\"expiresAt\":{expires_at},\"signature\":\"{signature}\"}}"
        ))
        .as_bytes(),
    )
}

/// `session` is an object, and has members.
fn sign(key: &hmac::Key, session: &str, expires_at: u64) -> hmac::Tag {
    let mut signed = hmac::Context::with_key(key);
    signed.update(&session.as_bytes()[..session.len() - 1]);
    signed.update(format!(",\"expiresAt\":{expires_at}}}").as_bytes());
    signed.sign()
}
