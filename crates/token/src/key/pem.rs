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

/// DER as PEM under `label`, in lines of 64 characters (RFC 7468 §3).
pub(crate) fn write(label: &str, der: &[u8]) -> Zeroizing<String> {
    let body = Zeroizing::new(STANDARD.encode_to_string(der));
    // Made large enough at once, so that no copy of a private key is left behind.
    let mut pem = Zeroizing::new(String::with_capacity(body.len() + body.len() / 64 + 128));
    pem.push_str("-----BEGIN ");
    pem.push_str(label);
    pem.push_str("-----\n");
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, others) = rest.split_at(rest.len().min(64));
        pem.push_str(line);
        pem.push('\n');
        rest = others;
    }
    pem.push_str("-----END ");
    pem.push_str(label);
    pem.push_str("-----\n");
    pem
}
