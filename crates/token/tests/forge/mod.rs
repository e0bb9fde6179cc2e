//! Signs whatever it is given, right or wrong.

use aws_lc_rs::hmac;
use betroth_token::{KeySet, SecretAlgorithm, Timestamp, Verifier, VerifyingKey};

pub(crate) const SECRET: &str = "x3Jq0vB7kLm2Nf9RtYw8ZsPd1HcGaUe4";
pub(crate) const ISSUER: &str = "https://app.example.com";
pub(crate) const AUDIENCE: &str = "https://api.example.com";
pub(crate) const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    base64_simd::URL_SAFE_NO_PAD.encode_to_string(bytes.as_ref())
}

/// A token with HS256, whatever its header says.
pub(crate) fn signed(header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
    signed_parts(&encode(header), &encode(payload))
}

/// The same, of parts that need not be base64url.
pub(crate) fn signed_parts(header: &str, payload: &str) -> String {
    let signed = format!("{header}.{payload}");
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let tag = hmac::sign(&key, signed.as_bytes());
    format!("{signed}.{}", encode(tag))
}

/// The claims of a good token, with others in place of its own; `null` takes one away.
pub(crate) fn claims(other: serde_json::Value) -> String {
    let mut claims = serde_json::json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "u1", "iat": 1_800_000_000, "exp": 1_800_000_600,
    });
    for (name, value) in other.as_object().unwrap() {
        match value {
            serde_json::Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
            value => claims[name] = value.clone(),
        }
    }
    claims.to_string()
}

pub(crate) fn keys() -> KeySet {
    let key = VerifyingKey::from_secret(SECRET, SecretAlgorithm::Hs256);
    KeySet::new([key.unwrap()]).unwrap()
}

pub(crate) fn verifier() -> Verifier {
    Verifier::builder(ISSUER, AUDIENCE).build(keys()).unwrap()
}

/// The code of the refusal with the claim concerned, or `accepted`.
pub(crate) fn verdict(verifier: &Verifier, token: impl AsRef<[u8]>) -> String {
    match verifier.verify(token, NOW) {
        Ok(_) => "accepted".to_owned(),
        Err(refusal) => match refusal.claim() {
            Some(claim) => format!("{} {claim}", refusal.code()),
            None => refusal.code().to_owned(),
        },
    }
}
