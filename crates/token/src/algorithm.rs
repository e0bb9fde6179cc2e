//! What each algorithm is made of (RFC 7518 §3.1, RFC 8037 §3.1).

use aws_lc_rs::hmac;
use aws_lc_rs::signature as lc;
use betroth_contract::{Algorithm, PublicAlgorithm, SecretAlgorithm};

/// What an algorithm computes with.
#[derive(Clone, Copy)]
pub(crate) enum Family {
    /// A MAC; see [`mac`].
    Hmac,
    /// RSASSA, with PKCS #1 v1.5 or PSS.
    Rsa {
        verify: &'static lc::RsaParameters,
        sign: &'static dyn lc::RsaEncoding,
    },
    /// ECDSA on one curve.
    Ecdsa(&'static Curve),
    /// `EdDSA` on Ed25519.
    Ed25519,
}

/// A curve of ECDSA, with the one hash that goes with it.
pub(crate) struct Curve {
    /// Its name in a JWK.
    pub(crate) name: &'static str,
    /// The bytes of a coordinate, which are those of each half of a signature.
    pub(crate) coordinate: usize,
    pub(crate) verify: &'static lc::EcdsaVerificationAlgorithm,
    pub(crate) sign: &'static lc::EcdsaSigningAlgorithm,
}

static P256: Curve = Curve {
    name: "P-256",
    coordinate: 32,
    verify: &lc::ECDSA_P256_SHA256_FIXED,
    sign: &lc::ECDSA_P256_SHA256_FIXED_SIGNING,
};

static P384: Curve = Curve {
    name: "P-384",
    coordinate: 48,
    verify: &lc::ECDSA_P384_SHA384_FIXED,
    sign: &lc::ECDSA_P384_SHA384_FIXED_SIGNING,
};

static P521: Curve = Curve {
    name: "P-521",
    coordinate: 66,
    verify: &lc::ECDSA_P521_SHA512_FIXED,
    sign: &lc::ECDSA_P521_SHA512_FIXED_SIGNING,
};

impl Family {
    /// `kty` of its keys (RFC 7518 §6.1, RFC 8037 §2).
    pub(crate) const fn key_type(&self) -> &'static str {
        match self {
            Self::Hmac => "oct",
            Self::Rsa { .. } => "RSA",
            Self::Ecdsa(_) => "EC",
            Self::Ed25519 => "OKP",
        }
    }

    /// `crv` of its keys, where they have one.
    pub(crate) const fn curve(&self) -> Option<&'static str> {
        match self {
            Self::Hmac | Self::Rsa { .. } => None,
            Self::Ecdsa(curve) => Some(curve.name),
            Self::Ed25519 => Some("Ed25519"),
        }
    }
}

/// What `algorithm` computes with.
pub(crate) fn family(algorithm: Algorithm) -> Family {
    match algorithm {
        Algorithm::Secret(_) => Family::Hmac,
        Algorithm::Public(algorithm) => match algorithm {
            PublicAlgorithm::EdDsa | PublicAlgorithm::Ed25519 => Family::Ed25519,
            PublicAlgorithm::Es256 => Family::Ecdsa(&P256),
            PublicAlgorithm::Es384 => Family::Ecdsa(&P384),
            PublicAlgorithm::Es512 => Family::Ecdsa(&P521),
            PublicAlgorithm::Ps256 => Family::Rsa {
                verify: &lc::RSA_PSS_2048_8192_SHA256,
                sign: &lc::RSA_PSS_SHA256,
            },
            PublicAlgorithm::Ps384 => Family::Rsa {
                verify: &lc::RSA_PSS_2048_8192_SHA384,
                sign: &lc::RSA_PSS_SHA384,
            },
            PublicAlgorithm::Ps512 => Family::Rsa {
                verify: &lc::RSA_PSS_2048_8192_SHA512,
                sign: &lc::RSA_PSS_SHA512,
            },
            PublicAlgorithm::Rs256 => Family::Rsa {
                verify: &lc::RSA_PKCS1_2048_8192_SHA256,
                sign: &lc::RSA_PKCS1_SHA256,
            },
            PublicAlgorithm::Rs384 => Family::Rsa {
                verify: &lc::RSA_PKCS1_2048_8192_SHA384,
                sign: &lc::RSA_PKCS1_SHA384,
            },
            PublicAlgorithm::Rs512 => Family::Rsa {
                verify: &lc::RSA_PKCS1_2048_8192_SHA512,
                sign: &lc::RSA_PKCS1_SHA512,
            },
        },
    }
}

/// The MAC of `algorithm`; its tag is as long as the shortest key (RFC 7518 §3.2).
pub(crate) fn mac(algorithm: SecretAlgorithm) -> hmac::Algorithm {
    match algorithm {
        SecretAlgorithm::Hs256 => hmac::HMAC_SHA256,
        SecretAlgorithm::Hs384 => hmac::HMAC_SHA384,
        SecretAlgorithm::Hs512 => hmac::HMAC_SHA512,
    }
}

/// The bytes of the shortest key that `algorithm` takes (RFC 7518 §3.2).
pub(crate) const fn shortest_secret(algorithm: SecretAlgorithm) -> usize {
    match algorithm {
        SecretAlgorithm::Hs256 => 32,
        SecretAlgorithm::Hs384 => 48,
        SecretAlgorithm::Hs512 => 64,
    }
}

/// Every algorithm.
pub(crate) fn all() -> impl Iterator<Item = Algorithm> {
    let public = PublicAlgorithm::ALL.iter().copied().map(Algorithm::Public);
    public.chain(SecretAlgorithm::ALL.iter().copied().map(Algorithm::Secret))
}

/// The algorithm with exactly this name; `None` for `none`, in whatever case.
pub(crate) fn named(name: &str) -> Option<Algorithm> {
    all().find(|algorithm| algorithm.as_str() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_compared_letter_by_letter() {
        assert_eq!(
            named("HS256"),
            Some(Algorithm::Secret(SecretAlgorithm::Hs256))
        );
        for name in [
            "none", "None", "NONE", "nOnE", "", "hs256", "HS256 ", "ES521", "EdDsa", "RSA1_5",
            "Ed448",
        ] {
            assert_eq!(named(name), None, "{name}");
        }
        assert_eq!(all().count(), 14);
    }
}
