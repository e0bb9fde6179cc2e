//! What a public key is made of, with the checks that no library makes alike.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::signature as lc;
use betroth_contract::{Algorithm, PublicAlgorithm};

use super::KeyFault;
use crate::algorithm::{Curve, Family, family};
use crate::base64url;
use crate::limits::{RSA_MODULUS_BITS, RSA_MODULUS_BYTES};

/// The numbers of a public key, in base64url as a JWK has them.
#[derive(Clone)]
pub(crate) enum PublicParts {
    Rsa {
        n: String,
        e: String,
    },
    Elliptic {
        crv: &'static str,
        x: String,
        y: String,
    },
    Ed25519 {
        x: String,
    },
}

impl PublicParts {
    /// The members that a thumbprint is made of, in its order (RFC 7638 §3.2, RFC 8037 §2).
    pub(crate) fn to_json(&self) -> String {
        match self {
            Self::Rsa { n, e } => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
            Self::Elliptic { crv, x, y } => {
                format!(r#"{{"crv":"{crv}","kty":"EC","x":"{x}","y":"{y}"}}"#)
            }
            Self::Ed25519 { x } => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#),
        }
    }

    pub(crate) fn signature_bytes(&self) -> usize {
        match self {
            Self::Rsa { n, .. } => n.len() * 3 / 4,
            Self::Elliptic { x, .. } => x.len() * 3 / 4 * 2,
            Self::Ed25519 { .. } => 64,
        }
    }
}

type Parsed = (lc::ParsedPublicKey, PublicParts);

/// A key from SPKI or PKCS #1, in the one encoding that DER has of it.
pub(super) fn from_der(der: &[u8], algorithm: PublicAlgorithm) -> Result<Parsed, KeyFault> {
    let unsound = |_| KeyFault::Unsound;
    let spki = |verify: &'static dyn lc::VerificationAlgorithm| {
        let key = lc::ParsedPublicKey::new(verify, der).map_err(|_| KeyFault::KindMismatch)?;
        let canonical = key.as_der().map_err(unsound)?;
        if canonical.as_ref() == der {
            Ok(())
        } else {
            Err(KeyFault::Unsound)
        }
    };
    match family(Algorithm::Public(algorithm)) {
        Family::Hmac => Err(KeyFault::KindMismatch),
        Family::Rsa { verify, .. } => {
            let key = lc::RsaSubjectPublicKey::from_der(der).map_err(|_| KeyFault::KindMismatch)?;
            let spki = key.as_der().map_err(unsound)?;
            if spki.as_ref() != der && key.as_ref() != der {
                return Err(KeyFault::Unsound);
            }
            let modulus = key.modulus().big_endian_without_leading_zero();
            rsa(
                modulus,
                key.exponent().big_endian_without_leading_zero(),
                verify,
            )
        }
        Family::Ecdsa(curve) => {
            spki(curve.verify)?;
            let point = der.len().checked_sub(2 * curve.coordinate + 1);
            match point.map(|start| der[start..].split_at(1)) {
                // The point stands last, uncompressed.
                Some(([4], point)) => {
                    let (x, y) = point.split_at(curve.coordinate);
                    elliptic(x, y, curve)
                }
                _ => Err(KeyFault::Unsound),
            }
        }
        Family::Ed25519 => {
            spki(&lc::ED25519)?;
            ed25519(der.last_chunk::<32>().ok_or(KeyFault::Unsound)?)
        }
    }
}

/// `modulus` and `exponent` are big-endian, without a leading zero.
pub(crate) fn rsa(
    modulus: &[u8],
    exponent: &[u8],
    verify: &'static lc::RsaParameters,
) -> Result<Parsed, KeyFault> {
    let Some(first) = modulus.first() else {
        return Err(KeyFault::RsaShort(0));
    };
    let bits = modulus.len() * 8 - first.leading_zeros() as usize;
    if bits < RSA_MODULUS_BITS {
        return Err(KeyFault::RsaShort(bits));
    }
    if modulus.len() > RSA_MODULUS_BYTES {
        return Err(KeyFault::RsaLong);
    }
    let small = exponent.len() <= 5;
    let value = exponent
        .iter()
        .fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    if !small || value < 3 || value % 2 == 0 || value >> 33 != 0 {
        return Err(KeyFault::RsaExponent);
    }
    if modulus.last().is_some_and(|last| last % 2 == 0) {
        return Err(KeyFault::Unsound);
    }
    if is_roca(modulus) {
        return Err(KeyFault::Roca);
    }
    let components = lc::RsaPublicKeyComponents {
        n: modulus,
        e: exponent,
    };
    let key = components.to_parsed_public_key(verify);
    let parts = PublicParts::Rsa {
        n: base64url::encode(modulus),
        e: base64url::encode(exponent),
    };
    Ok((key.map_err(|_| KeyFault::Unsound)?, parts))
}

/// `x` and `y` are as long as the curve's coordinates.
pub(crate) fn elliptic(x: &[u8], y: &[u8], curve: &'static Curve) -> Result<Parsed, KeyFault> {
    let point = [&[4], x, y].concat();
    let key = lc::ParsedPublicKey::new(curve.verify, &point).map_err(|_| KeyFault::Unsound)?;
    let parts = PublicParts::Elliptic {
        crv: curve.name,
        x: base64url::encode(x),
        y: base64url::encode(y),
    };
    Ok((key, parts))
}

/// The one encoding of a point that is not of small order, so that no signature holds for every message.
pub(crate) fn ed25519(x: &[u8; 32]) -> Result<Parsed, KeyFault> {
    if !is_canonical(x) || is_of_small_order(x) {
        return Err(KeyFault::Unsound);
    }
    let key = lc::ParsedPublicKey::new(&lc::ED25519, x).map_err(|_| KeyFault::Unsound)?;
    let parts = PublicParts::Ed25519 {
        x: base64url::encode(x),
    };
    Ok((key, parts))
}

/// Whether the coordinate, without the bit of the sign, is below 2^255 - 19 (RFC 8032 §5.1.3).
fn is_canonical(x: &[u8; 32]) -> bool {
    x[31] & 0x7F != 0x7F || x[1..31].iter().any(|byte| *byte != 0xFF) || x[0] < 0xED
}

/// Whether it is one of the points whose order divides 8, with either sign.
fn is_of_small_order(x: &[u8; 32]) -> bool {
    const ONE: [u8; 32] = {
        let mut one = [0; 32];
        one[0] = 1;
        one
    };
    const MINUS_ONE: [u8; 32] = {
        let mut minus = [0xFF; 32];
        minus[0] = 0xEC;
        minus[31] = 0x7F;
        minus
    };
    const OF_ORDER_8: [[u8; 32]; 2] = [
        [
            0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF,
            0x98, 0xF0, 0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88,
            0x6D, 0x53, 0xFC, 0x05,
        ],
        [
            0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10,
            0x67, 0x0F, 0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77,
            0x92, 0xAC, 0x03, 0x7A,
        ],
    ];
    let mut y = *x;
    y[31] &= 0x7F;
    y == [0; 32] || y == ONE || y == MINUS_ONE || OF_ORDER_8.contains(&y)
}

/// Whether a modulus has the fingerprint of CVE-2017-15361: modulo each small prime it is a power of 65537.
///
/// Where a prime has 65537 for a generator every residue is one; the others leave one sound modulus of about 2^28.
fn is_roca(modulus: &[u8]) -> bool {
    const PRIMES: [u32; 38] = [
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89,
        97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
    ];
    PRIMES.iter().all(|prime| {
        let residue = modulus
            .iter()
            .fold(0, |residue, byte| (residue << 8 | u32::from(*byte)) % prime);
        let mut power = 1;
        (0..*prime).any(|_| {
            let found = power == residue;
            power = power * 65_537 % prime;
            found
        })
    })
}
