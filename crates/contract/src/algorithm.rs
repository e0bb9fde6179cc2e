//! The names of signature algorithms; `none` is not one of them.

use std::str::FromStr;

use serde_json::{Value, json};

use crate::error::Fault;
use crate::form::{Form, read_text, words};
use crate::node::Node;
use crate::reader::Reader;
use crate::wording::unknown_word;

words! {
    /// A signature algorithm whose public key only verifies (RFC 7518 §3, RFC 8037, RFC 9864).
    pub enum PublicAlgorithm {
        /// Ed25519 under its older name.
        EdDsa = "EdDSA",
        /// Ed25519 under its own name (RFC 9864).
        Ed25519 = "Ed25519",
        /// ECDSA on P-256 with SHA-256.
        Es256 = "ES256",
        /// ECDSA on P-384 with SHA-384.
        Es384 = "ES384",
        /// ECDSA on P-521 with SHA-512.
        Es512 = "ES512",
        /// RSASSA-PSS with SHA-256.
        Ps256 = "PS256",
        /// RSASSA-PSS with SHA-384.
        Ps384 = "PS384",
        /// RSASSA-PSS with SHA-512.
        Ps512 = "PS512",
        /// RSASSA-PKCS1-v1_5 with SHA-256.
        Rs256 = "RS256",
        /// RSASSA-PKCS1-v1_5 with SHA-384.
        Rs384 = "RS384",
        /// RSASSA-PKCS1-v1_5 with SHA-512.
        Rs512 = "RS512",
    }
}

words! {
    /// A signature algorithm whose key both signs and verifies (RFC 7518 §3.2).
    pub enum SecretAlgorithm {
        /// HMAC with SHA-256.
        Hs256 = "HS256",
        /// HMAC with SHA-384.
        Hs384 = "HS384",
        /// HMAC with SHA-512.
        Hs512 = "HS512",
    }
}

/// A signature algorithm. There is no `none`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// With a key pair.
    Public(PublicAlgorithm),
    /// With a shared secret.
    Secret(SecretAlgorithm),
}

impl Algorithm {
    /// Its name as in the token's header.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public(algorithm) => algorithm.as_str(),
            Self::Secret(algorithm) => algorithm.as_str(),
        }
    }

    pub(crate) fn public(self) -> Option<PublicAlgorithm> {
        match self {
            Self::Public(algorithm) => Some(algorithm),
            Self::Secret(_) => None,
        }
    }

    pub(crate) fn secret(self) -> Option<SecretAlgorithm> {
        match self {
            Self::Public(_) => None,
            Self::Secret(algorithm) => Some(algorithm),
        }
    }
}

impl FromStr for Algorithm {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        if text.eq_ignore_ascii_case("none") {
            return Err(Fault::new(
                "names `none`, which is no signature",
                "anyone can write a token for anyone (RFC 8725 §3.2)",
                "write the algorithm that the issuer signs with, as in `EdDSA`",
            ));
        }
        let public = text.parse().map(Self::Public);
        public
            .or_else(|_| text.parse().map(Self::Secret))
            .map_err(|_: Fault| {
                let public = PublicAlgorithm::ALL
                    .iter()
                    .map(|algorithm| algorithm.as_str());
                let secret = SecretAlgorithm::ALL
                    .iter()
                    .map(|algorithm| algorithm.as_str());
                unknown_word(text, &public.chain(secret).collect::<Vec<_>>())
            })
    }
}

impl Form for Algorithm {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        read_text(node, reader)
    }

    fn example() -> String {
        PublicAlgorithm::example()
    }

    fn schema() -> Value {
        json!({ "anyOf": [PublicAlgorithm::schema(), SecretAlgorithm::schema()] })
    }
}
