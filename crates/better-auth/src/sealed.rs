//! What Better Auth encrypts for itself: XChaCha20-Poly1305 under SHA-256 of a secret, the nonce in front, in hex;
//! with versioned secrets behind `$ba$`, the version, and `$`.

use aws_lc_rs::digest;
use chacha20poly1305::{AeadInOut, KeyInit, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::{Error, Secret, Secrets, error::random, secret::number};

const PREFIX: &str = "$ba$";
const NONCE: usize = 24;

/// The version beside which a text was encrypted; none where there were no versions.
pub(crate) fn version(sealed: &str) -> Result<Option<u64>, Error> {
    split(sealed).map(|(version, _)| version)
}

/// What was encrypted, with the secret that its version names.
pub(crate) fn open(sealed: &str, secrets: &Secrets) -> Result<Zeroizing<String>, Error> {
    let (version, hex) = split(sealed)?;
    let mut bytes = from_hex(hex).ok_or(Error::KeyMalformed)?;
    let secret = secrets.of_version(version).ok_or(Error::KeyUnknown)?;
    let Some((nonce, _)) = bytes.split_first_chunk::<NONCE>() else {
        return Err(Error::KeyCutOff);
    };
    let nonce = XNonce::from(*nonce);
    let mut text = Zeroizing::new(bytes.split_off(NONCE));
    cipher(secret)
        .decrypt_in_place(&nonce, b"", &mut *text)
        .map_err(|_| Error::KeyUnknown)?;
    let text = std::str::from_utf8(&text).map_err(|_| Error::KeyMalformed)?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// Encrypts with the current secret.
pub(crate) fn seal(text: &str, secrets: &Secrets) -> Result<String, Error> {
    let nonce: [u8; NONCE] = random()?;
    let mut bytes = text.as_bytes().to_vec();
    cipher(secrets.current())
        .encrypt_in_place(&XNonce::from(nonce), b"", &mut bytes)
        .map_err(|_| Error::KeyMalformed)?;
    let hex = to_hex([nonce.as_slice(), &bytes].concat());
    Ok(match secrets.current_version() {
        Some(version) => format!("{PREFIX}{version}${hex}"),
        None => hex,
    })
}

fn split(sealed: &str) -> Result<(Option<u64>, &str), Error> {
    let Some(rest) = sealed.strip_prefix(PREFIX) else {
        return Ok((None, sealed));
    };
    let (version, hex) = rest.split_once('$').ok_or(Error::KeyCutOff)?;
    let version = number(version).ok_or(Error::KeyMalformed)?;
    Ok((Some(version), hex))
}

fn cipher(secret: &Secret) -> XChaCha20Poly1305 {
    let key = digest::digest(&digest::SHA256, secret.bytes());
    let mut bytes = Zeroizing::new([0; 32]);
    bytes.copy_from_slice(key.as_ref());
    XChaCha20Poly1305::new((&*bytes).into())
}

/// In lower case, as Better Auth writes it.
pub(crate) fn to_hex(bytes: impl AsRef<[u8]>) -> String {
    hex_simd::encode_to_string(bytes, hex_simd::AsciiCase::Lower)
}

/// `None` on upper case too: Better Auth compares the hex of a hash as text.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
    lower.then(|| hex_simd::decode_to_vec(text).ok()).flatten()
}
