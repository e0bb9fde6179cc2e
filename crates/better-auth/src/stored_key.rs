use std::fmt;

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::{Error, MAX_STORED_KEY, Secrets, error::at_most, sealed};

/// In which form a private key rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyForm {
    /// With `jwks.disablePrivateKeyEncryption`: whoever reads the database can sign.
    Plain,
    /// Encrypted with a secret, of that version where there are versions.
    Sealed {
        /// `BETTER_AUTH_SECRETS`' own number.
        version: Option<u64>,
    },
}

/// The column `privateKey` of a row of `jwks`.
///
/// Better Auth reads the form that its present configuration writes, and fails on a row of the other one; this reads
/// either, and tells which.
#[derive(Clone)]
pub struct StoredKey {
    form: KeyForm,
    text: Zeroizing<String>,
}

impl StoredKey {
    /// Reads a column: a JWK, or a JSON text that holds an encrypted one.
    ///
    /// # Errors
    /// [`Error::KeyCutOff`] where the column ends too early, [`Error::KeyMalformed`], [`Error::TooLarge`].
    pub fn parse(column: &str) -> Result<Self, Error> {
        at_most(column.len(), MAX_STORED_KEY, "private key")?;
        let cut_off = |error: serde_json::Error| {
            if error.is_eof() {
                Error::KeyCutOff
            } else {
                Error::KeyMalformed
            }
        };
        if column.starts_with('{') {
            let _: Jwk = serde_json::from_str(column).map_err(cut_off)?;
            return Ok(Self {
                form: KeyForm::Plain,
                text: Zeroizing::new(column.to_owned()),
            });
        }
        let text = Zeroizing::new(serde_json::from_str::<String>(column).map_err(cut_off)?);
        let form = KeyForm::Sealed {
            version: sealed::version(&text)?,
        };
        Ok(Self { form, text })
    }

    /// In which form it rests.
    pub const fn form(&self) -> KeyForm {
        self.form
    }

    /// The key itself.
    ///
    /// # Errors
    /// [`Error::KeyUnknown`] where none of the secrets fits, [`Error::KeyMalformed`], [`Error::KeyCutOff`].
    pub fn open(&self, secrets: &Secrets) -> Result<PrivateJwk, Error> {
        match self.form {
            KeyForm::Plain => Ok(PrivateJwk(self.text.clone())),
            KeyForm::Sealed { .. } => PrivateJwk::new(&sealed::open(&self.text, secrets)?),
        }
    }

    /// What to write into the column for a key that is encrypted with the current secret.
    ///
    /// # Errors
    /// [`Error::Random`].
    pub fn seal(key: &PrivateJwk, secrets: &Secrets) -> Result<String, Error> {
        // Hex, digits and `$`: nothing that JSON would escape.
        Ok(format!("\"{}\"", sealed::seal(&key.0, secrets)?))
    }
}

impl fmt::Debug for StoredKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredKey")
            .field("form", &self.form)
            .finish_non_exhaustive()
    }
}

/// A private key as a JWK's text (RFC 7517), which is also what the column holds in the plain form. Wiped from memory
/// when dropped. Whether it is a key that can sign is `betroth-token`'s to say.
#[derive(Clone, PartialEq, Eq)]
pub struct PrivateJwk(Zeroizing<String>);

/// What tells a JWK from any other object, and a private one from a public one (RFC 7518 §6).
#[derive(Deserialize)]
struct Jwk {
    #[serde(rename = "kty")]
    _kty: String,
    #[serde(rename = "d")]
    _d: String,
}

impl PrivateJwk {
    /// Takes the text of a private JWK.
    ///
    /// # Errors
    /// [`Error::KeyMalformed`] where it has no `kty` or no `d`; [`Error::TooLarge`].
    pub fn new(text: &str) -> Result<Self, Error> {
        at_most(text.len(), MAX_STORED_KEY, "private key")?;
        let _: Jwk = serde_json::from_str(text).map_err(|_| Error::KeyMalformed)?;
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// The JWK.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PrivateJwk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateJwk(\"...\")")
    }
}
