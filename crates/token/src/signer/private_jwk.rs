//! A private key as JWK (RFC 7518 §6, RFC 8037 §2).

use aws_lc_rs::encoding::{AsBigEndian, AsDer, Curve25519SeedBin, EcPrivateKeyBin, Pkcs8V1Der};
use zeroize::Zeroizing;

use super::{Material, Signer};
use crate::base64url::append;

impl Signer {
    /// The private key as JWK with `alg`, `use` and `kid`, to be kept where only the issuer reads it; `None` of a secret.
    pub fn to_jwk(&self) -> Option<Zeroizing<String>> {
        let public = self.key.to_jwk()?;
        // Made large enough at once, so that no copy of a private key is left behind.
        let mut jwk = Zeroizing::new(String::with_capacity(8 * public.len()));
        jwk.push_str(public.strip_suffix('}')?);
        let mut member = |name: &str, number: &[u8]| {
            for part in [",\"", name, "\":\""] {
                jwk.push_str(part);
            }
            append(number, &mut jwk);
            jwk.push('"');
        };
        match &self.material {
            Material::Secret(_) => return None,
            Material::Ed25519(pair) => {
                let seed: Curve25519SeedBin<'_> = pair.seed().ok()?.as_be_bytes().ok()?;
                member("d", seed.as_ref());
            }
            Material::Ecdsa(pair) => {
                let number: EcPrivateKeyBin<'_> = pair.private_key().as_be_bytes().ok()?;
                member("d", number.as_ref());
            }
            Material::Rsa(pair, _) => {
                let der: Pkcs8V1Der<'_> = pair.as_der().ok()?;
                for (name, number) in ["d", "p", "q", "dp", "dq", "qi"]
                    .into_iter()
                    .zip(rsa_numbers(der.as_ref())?)
                {
                    member(name, number);
                }
            }
        }
        jwk.push('}');
        Some(jwk)
    }
}

/// `d`, `p`, `q`, `dp`, `dq` and `qi` of an RSA key in PKCS #8 (RFC 5208 §5, RFC 8017 §A.1.2), as the provider writes it.
fn rsa_numbers(pkcs8: &[u8]) -> Option<[&[u8]; 6]> {
    const INTEGER: u8 = 0x02;
    const OCTETS: u8 = 0x04;
    const SEQUENCE: u8 = 0x30;
    let mut info = element(&mut &*pkcs8, SEQUENCE)?;
    element(&mut info, INTEGER)?;
    element(&mut info, SEQUENCE)?;
    let mut key = element(&mut element(&mut info, OCTETS)?, SEQUENCE)?;
    // Version, modulus and public exponent.
    for _ in 0..3 {
        element(&mut key, INTEGER)?;
    }
    let mut numbers = [&[][..]; 6];
    for number in &mut numbers {
        let signed = element(&mut key, INTEGER)?;
        *number = signed.strip_prefix(&[0]).unwrap_or(signed);
    }
    Some(numbers)
}

/// Takes the first element off `der` (X.690 §8.1), which must have that tag; its length has two bytes at most.
fn element<'a>(der: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    let (head, rest) = der.split_first_chunk::<2>()?;
    if head[0] != tag {
        return None;
    }
    let (length, rest) = match head[1] {
        0x81 => rest
            .split_first()
            .map(|(low, rest)| (usize::from(*low), rest))?,
        0x82 => {
            let (bytes, rest) = rest.split_first_chunk()?;
            (usize::from(u16::from_be_bytes(*bytes)), rest)
        }
        length => (usize::from(length), rest),
    };
    let (content, rest) = rest.split_at_checked(length)?;
    *der = rest;
    Some(content)
}
