use std::fmt;

use aws_lc_rs::constant_time;
use scrypt::Params;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::{
    Error, MAX_PASSWORD, MAX_SALT,
    error::{at_most, random},
    sealed::{from_hex, to_hex},
};

const KEY: usize = 64;

/// `account.password`: `salt:key`, where the key is scrypt with N = 16384, r = 16, p = 1 in hex.
///
/// The hash names no parameters, so that nobody who writes one can ask for more work. Each check takes 32 MiB, and some
/// 50 ms or more of a processor: a host bounds how many run at once.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash {
    /// Used as it is written: the characters, not the bytes that their hex stands for.
    salt: String,
    key: [u8; KEY],
}

impl PasswordHash {
    /// Reads a hash.
    ///
    /// # Errors
    /// [`Error::PasswordHashMalformed`], also where a third part follows, which Better Auth passes over;
    /// [`Error::TooLarge`] for a salt of more than [`MAX_SALT`] bytes.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let malformed = || Error::PasswordHashMalformed;
        let (salt, key) = text.split_once(':').ok_or_else(malformed)?;
        at_most(salt.len(), MAX_SALT, "salt")?;
        let key = from_hex(key).and_then(|key| key.try_into().ok());
        if salt.is_empty() {
            return Err(malformed());
        }
        Ok(Self {
            salt: salt.to_owned(),
            key: key.ok_or_else(malformed)?,
        })
    }

    /// Makes the hash of a password, with a new salt. How long a password must be is the caller's to say.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Random`].
    pub fn new(password: &str) -> Result<Self, Error> {
        let salt = to_hex(random::<16>()?);
        Ok(Self {
            key: *derive(password, &salt)?,
            salt,
        })
    }

    /// Whether the hash is of that password, compared in constant time.
    ///
    /// # Errors
    /// [`Error::PasswordMismatch`]; [`Error::TooLarge`] for a password of more than [`MAX_PASSWORD`] bytes.
    pub fn verify(&self, password: &str) -> Result<(), Error> {
        let key = derive(password, &self.salt)?;
        constant_time::verify_slices_are_equal(key.as_slice(), &self.key)
            .map_err(|_| Error::PasswordMismatch)
    }
}

/// The text that `account.password` holds.
impl fmt::Display for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.salt, to_hex(self.key))
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(\"...\")")
    }
}

/// The password in its compatible form (NFKC, UAX 15), so that it does not matter how a keyboard composes it.
fn derive(password: &str, salt: &str) -> Result<Zeroizing<[u8; KEY]>, Error> {
    at_most(password.len(), MAX_PASSWORD, "password")?;
    let password: Zeroizing<String> = Zeroizing::new(password.nfkc().collect());
    let mut key = Zeroizing::new([0; KEY]);
    let params = Params::new(14, 16, 1).expect("N, r and p are in scrypt's bounds");
    scrypt::scrypt(
        password.as_bytes(),
        salt.as_bytes(),
        &params,
        key.as_mut_slice(),
    )
    .expect("64 bytes are in scrypt's bounds");
    Ok(key)
}
