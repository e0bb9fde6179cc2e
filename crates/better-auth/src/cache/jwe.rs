//! `jwe`: a JWE with `dir` and A256CBC-HS512 (RFC 7518 §5.2.5), under a key that HKDF derives from a secret. The key
//! is named by its RFC 7638 thumbprint, so that an older secret still reads.

use aws_lc_rs::{
    cipher::{
        AES_256, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey,
        PaddedBlockEncryptingKey, UnboundCipherKey,
    },
    constant_time, digest, hkdf, hmac,
    iv::FixedLength,
};
use serde::Deserialize;
use zeroize::{Zeroize, Zeroizing};

use super::{jwt, payload};
use crate::{Error, Secret, Secrets, base64, error::random};

const SALT: &[u8] = b"better-auth-session";
const INFO: &[u8] = b"BetterAuth.js Generated Encryption Key";

/// The half of the tag that is kept.
const TAG: usize = 32;

/// Better Auth's reader also names A256GCM, for which its key of 64 bytes is too long: nothing can be so encrypted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    enc: String,
    kid: String,
}

/// A key of each secret, the current one first.
pub(super) struct Keys(Vec<Key>);

struct Key {
    kid: String,
    mac: hmac::Key,
    cipher: Zeroizing<[u8; 32]>,
}

impl Keys {
    pub(super) fn new(secrets: &Secrets) -> Self {
        Self(secrets.all().map(Key::derive).collect())
    }

    pub(super) fn open(&self, value: &str) -> Result<Zeroizing<String>, Error> {
        const MALFORMED: Error = Error::CacheMalformed { part: "token" };
        let mut parts = value.split('.');
        let mut next = || parts.next().ok_or(MALFORMED);
        let (protected, key, iv, text, tag) = (next()?, next()?, next()?, next()?, next()?);
        if !key.is_empty() || parts.next().is_some() {
            return Err(MALFORMED);
        }
        let header: Header = jwt::header(protected)?;
        if header.alg != "dir" || header.enc != "A256CBC-HS512" {
            return Err(Error::CacheAlgorithm);
        }
        let iv: [u8; 16] = base64::from_url(iv)
            .and_then(|iv| iv.try_into().ok())
            .ok_or(MALFORMED)?;
        let text = base64::from_url(text).ok_or(MALFORMED)?;
        let tag = base64::from_url(tag).ok_or(MALFORMED)?;
        let key = self.0.iter().find(|key| key.kid == header.kid);
        key.ok_or(Error::KeyUnknown)?
            .open(protected, iv, text, &tag)
    }

    pub(super) fn seal(&self, payload: &str) -> Result<String, Error> {
        let payload = payload::extended(payload, &serde_json::json!({ "jti": uuid()? }));
        let [key, ..] = self.0.as_slice() else {
            return Err(Error::KeyUnknown);
        };
        key.seal(&payload, random()?)
    }
}

impl Key {
    fn derive(secret: &Secret) -> Self {
        let mut both = Zeroizing::new([0; 64]);
        hkdf::Salt::new(hkdf::HKDF_SHA256, SALT)
            .extract(secret.bytes())
            .expand(&[INFO], Bytes64)
            .and_then(|derived| derived.fill(both.as_mut_slice()))
            .expect("64 bytes are less than HKDF-SHA-256 can give");
        let k = Zeroizing::new(base64::to_url(both.as_slice()));
        let jwk = Zeroizing::new(format!(r#"{{"k":"{}","kty":"oct"}}"#, k.as_str()));
        let mut cipher = Zeroizing::new([0; 32]);
        cipher.copy_from_slice(&both[32..]);
        Self {
            kid: base64::to_url(digest::digest(&digest::SHA256, jwk.as_bytes())),
            mac: hmac::Key::new(hmac::HMAC_SHA512, &both[..32]),
            cipher,
        }
    }

    /// The tag is checked before anything is decrypted, so that the padding tells nothing.
    fn open(
        &self,
        protected: &str,
        iv: [u8; 16],
        mut text: Vec<u8>,
        tag: &[u8],
    ) -> Result<Zeroizing<String>, Error> {
        let expected = self.tag(protected, &iv, &text);
        constant_time::verify_slices_are_equal(&expected.as_ref()[..TAG], tag)
            .map_err(|_| Error::SignatureMismatch)?;
        let plain = UnboundCipherKey::new(&AES_256, self.cipher.as_slice())
            .and_then(PaddedBlockDecryptingKey::cbc_pkcs7)
            .and_then(|key| {
                let iv = DecryptionContext::Iv128(FixedLength::from(iv));
                key.decrypt(&mut text, iv).map(|plain| plain.to_vec())
            });
        text.zeroize();
        plain
            .ok()
            .and_then(|plain| String::from_utf8(plain).ok())
            .map(Zeroizing::new)
            .ok_or(Error::CacheMalformed { part: "payload" })
    }

    fn seal(&self, payload: &str, iv: [u8; 16]) -> Result<String, Error> {
        let header = format!(
            r#"{{"alg":"dir","enc":"A256CBC-HS512","kid":"{}"}}"#,
            self.kid
        );
        let protected = base64::to_url(header);
        let mut text = payload.as_bytes().to_vec();
        UnboundCipherKey::new(&AES_256, self.cipher.as_slice())
            .and_then(PaddedBlockEncryptingKey::cbc_pkcs7)
            .and_then(|key| {
                let iv = EncryptionContext::Iv128(FixedLength::from(iv));
                key.less_safe_encrypt(&mut text, iv)
            })
            .map_err(|_| Error::CacheMalformed { part: "payload" })?;
        let tag = self.tag(&protected, &iv, &text);
        Ok(format!(
            "{protected}..{}.{}.{}",
            base64::to_url(iv),
            base64::to_url(&text),
            base64::to_url(&tag.as_ref()[..TAG])
        ))
    }

    /// RFC 7518 §5.2.2.1: header, IV, text, and the length of the header in bits.
    fn tag(&self, protected: &str, iv: &[u8], text: &[u8]) -> hmac::Tag {
        let mut signed = hmac::Context::with_key(&self.mac);
        signed.update(protected.as_bytes());
        signed.update(iv);
        signed.update(text);
        signed.update(&(protected.len() as u64 * 8).to_be_bytes());
        signed.sign()
    }
}

struct Bytes64;

impl hkdf::KeyType for Bytes64 {
    fn len(&self) -> usize {
        64
    }
}

/// A random UUID (RFC 9562 §5.4).
fn uuid() -> Result<String, Error> {
    let mut bytes: [u8; 16] = random()?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = format!("{:032x}", u128::from_be_bytes(bytes));
    let groups = [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ];
    Ok(groups.join("-"))
}
