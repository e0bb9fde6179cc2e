use std::fmt;
use std::str::FromStr;

use crate::Fault;
use crate::form::text;

/// A public key: PEM (`SubjectPublicKeyInfo` or certificate), JWK or JWK set.
///
/// Only what tells it from a private one is looked at here; `token` parses it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PublicKey(String);

impl PublicKey {
    /// The key as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PublicKey {
    type Err = Fault;

    /// Never shows the text.
    fn from_str(text: &str) -> Result<Self, Fault> {
        let help = "write the public key as PEM (`-----BEGIN PUBLIC KEY-----`) or as JWK";
        if is_private(text) {
            return Err(Fault::new(
                "holds a private key",
                "whoever reads it can sign tokens for anyone, also from the history of the repository",
                "replace the key at the issuer, then write the public one",
            ));
        }
        let plain = text.trim_start();
        if !plain.starts_with("-----BEGIN ") && !plain.starts_with('{') {
            return Err(Fault::new("is neither PEM nor JWK", "", help));
        }
        Ok(Self(text.to_owned()))
    }
}

text!(
    PublicKey,
    "-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----",
    "a public key as PEM or JWK",
    "^\\s*(-----BEGIN (PUBLIC KEY|CERTIFICATE|RSA PUBLIC KEY)|\\{)"
);

/// Whether a text holds a private or secret key in PEM or JWK.
fn is_private(text: &str) -> bool {
    if text.contains("PRIVATE KEY") {
        return true;
    }
    let jwk = serde_json::from_str(text).unwrap_or(serde_json::Value::Null);
    let private = |key: &serde_json::Value| {
        key.get("d").is_some() || key.get("k").is_some() || key["kty"] == "oct"
    };
    private(&jwk)
        || jwk["keys"]
            .as_array()
            .is_some_and(|keys| keys.iter().any(private))
}

/// A secret from the environment; shown as `…`.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(String);

impl SecretText {
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }

    /// The secret itself, for the one place that computes with it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(…)")
    }
}
