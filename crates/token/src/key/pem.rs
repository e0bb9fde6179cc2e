use base64_simd::STANDARD;
use zeroize::Zeroizing;

use super::KeyFault;

/// One key in PEM (RFC 7468), as DER.
pub(crate) enum Pem {
    /// SPKI or PKCS #1.
    Public(Vec<u8>),
    /// PKCS #8, PKCS #1 or SEC 1.
    Private(Zeroizing<Vec<u8>>),
}

impl Pem {
    pub(crate) fn parse(text: &str) -> Result<Self, KeyFault> {
        let text = text.trim();
        let (label, rest) = text
            .strip_prefix("-----BEGIN ")
            .and_then(|rest| rest.split_once("-----"))
            .ok_or(KeyFault::NotPem)?;
        let body = rest
            .strip_suffix("-----")
            .and_then(|rest| rest.strip_suffix(label))
            .and_then(|rest| rest.strip_suffix("-----END "))
            .ok_or(KeyFault::NotPem)?;
        if label == "ENCRYPTED PRIVATE KEY" || body.contains("ENCRYPTED") {
            return Err(KeyFault::Encrypted);
        }
        let decode = || {
            let characters = body.bytes().filter(|byte| !byte.is_ascii_whitespace());
            let characters: Zeroizing<Vec<u8>> = Zeroizing::new(characters.collect());
            STANDARD
                .decode_to_vec(&*characters)
                .map_err(|_| KeyFault::NotPem)
        };
        match label {
            "PUBLIC KEY" | "RSA PUBLIC KEY" => Ok(Self::Public(decode()?)),
            "PRIVATE KEY" | "RSA PRIVATE KEY" | "EC PRIVATE KEY" => {
                Ok(Self::Private(Zeroizing::new(decode()?)))
            }
            "CERTIFICATE" => Err(KeyFault::Certificate),
            _ => Err(KeyFault::NotPem),
        }
    }
}
