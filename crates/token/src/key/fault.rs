use crate::json::JsonFault;
use crate::limits::{KEY_SET_BYTES, KEY_SET_KEYS, KEYS_WITHOUT_KID, RSA_MODULUS_BITS};

/// Why a key is not taken. Never shows any part of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFault {
    /// Its `alg` is not among the accepted ones.
    #[error(
        "its `alg` is not among the algorithms that are accepted; name it in `keys.algorithms` if the issuer signs with it"
    )]
    AlgorithmNotAccepted,
    /// Its `alg` is not that of a signature, or is not known.
    #[error("its `alg` names no signature algorithm that is known")]
    AlgorithmUnknown,
    /// It has no `alg`, and none or several of the accepted ones fit.
    #[error(
        "it has no `alg`, and not exactly one of the accepted algorithms fits it; a key is bound to one (RFC 8725 §3.1)"
    )]
    AlgorithmUnclear,
    /// It is a certificate.
    #[error("is a certificate; take the key out of it with `openssl x509 -in FILE -noout -pubkey`")]
    Certificate,
    /// Its curve is not that of its algorithm.
    #[error("its curve is not that of its algorithm (RFC 7518 §3.4)")]
    CurveMismatch,
    /// Another key has the same `kid`.
    #[error("another key has the same `kid`, so which one signed cannot be told")]
    DuplicateKid,
    /// It is encrypted with a passphrase.
    #[error("is encrypted with a passphrase; decrypt it with `openssl pkey -in FILE`")]
    Encrypted,
    /// Its `key_ops` do not have the operation, or name one twice.
    #[error("its `key_ops` is not for this use (RFC 7517 §4.3)")]
    KeyOps,
    /// Its `kid` is no string, or one that no header may have.
    #[error("its `kid` is not one: a string of 1 to 128 letters, digits and `._~@:+/=-`")]
    KidMalformed,
    /// It is not of the kind that its algorithm takes.
    #[error("is not of the kind that its algorithm takes (RFC 7518 §6.1)")]
    KindMismatch,
    /// Its `kty` is not known.
    #[error("its `kty` is not known")]
    KindUnknown,
    /// A member is absent or not as its kind has it.
    #[error("its `{0}` is absent or malformed (RFC 7518 §6)")]
    Member(&'static str),
    /// A JWK that is no JSON object.
    #[error("is no JWK: {0}")]
    NotJson(JsonFault),
    /// A text that is no PEM.
    #[error(
        "is no PEM: it begins with `-----BEGIN PUBLIC KEY-----`, on a line of its own, and holds one key"
    )]
    NotPem,
    /// It holds a private key where a public one belongs.
    #[error(
        "holds a private key, with which anyone can sign; replace it at the issuer, and write the public one"
    )]
    PrivateKey,
    /// It holds a public key where a private one belongs.
    #[error("holds a public key, which signs nothing; name the private one")]
    PublicKey,
    /// Its RSA modulus comes from a generator whose keys can be factored (CVE-2017-15361).
    #[error("its RSA modulus can be factored (ROCA, CVE-2017-15361); make another key")]
    Roca,
    /// Its RSA exponent is 1, even, or too great.
    #[error("its RSA exponent is no odd number from 3 to 2^33")]
    RsaExponent,
    /// Its RSA modulus is longer than is read.
    #[error("its RSA modulus is longer than 8192 bits")]
    RsaLong,
    /// Its RSA modulus is too short.
    #[error("its RSA modulus has {0} bits, and {RSA_MODULUS_BITS} are needed (RFC 7518 §3.3)")]
    RsaShort(usize),
    /// One of the secrets that stand in examples, or no more random than those.
    #[error(
        "the secret stands in examples, or could be guessed like one; make one with `openssl rand -base64 {least}`"
    )]
    SecretCommon {
        /// How many bytes the algorithm needs.
        least: usize,
    },
    /// There is no secret.
    #[error("the secret is empty; make one with `openssl rand -base64 {least}`")]
    SecretEmpty {
        /// How many bytes the algorithm needs.
        least: usize,
    },
    /// A key in place of a secret: a public one would let anyone sign (RFC 8725 §2.1).
    #[error(
        "the secret is a key in PEM, DER, SSH or JWK form, which others may know; make one with `openssl rand -base64 {least}`, or name a public-key algorithm"
    )]
    SecretIsKey {
        /// How many bytes the algorithm needs.
        least: usize,
    },
    /// The secret is shorter than the algorithm's hash.
    #[error(
        "the secret has {bytes} bytes, and {least} are needed (RFC 7518 §3.2); make one with `openssl rand -base64 {least}`"
    )]
    SecretShort {
        /// How many it has.
        bytes: usize,
        /// How many bytes the algorithm needs.
        least: usize,
    },
    /// More keys without a `kid` than are tried.
    #[error("more than {KEYS_WITHOUT_KID} keys of its algorithm have no `kid`")]
    TooManyWithoutKid,
    /// It cannot be read as a key of its algorithm, or is no point of the curve, or one of small order.
    #[error("cannot be read as a key of its algorithm")]
    Unsound,
    /// Its `use` is not `sig`.
    #[error("its `use` is not `sig` (RFC 7517 §4.2)")]
    Use,
}

impl KeyFault {
    /// A name that stays.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AlgorithmNotAccepted => "key-alg-not-accepted",
            Self::AlgorithmUnknown => "key-alg-unknown",
            Self::AlgorithmUnclear => "key-alg-unclear",
            Self::Certificate => "key-certificate",
            Self::CurveMismatch => "key-curve-mismatch",
            Self::DuplicateKid => "key-kid-duplicate",
            Self::Encrypted => "key-encrypted",
            Self::KeyOps => "key-ops",
            Self::KidMalformed => "key-kid-malformed",
            Self::KindMismatch => "key-kind-mismatch",
            Self::KindUnknown => "key-kind-unknown",
            Self::Member(_) => "key-member",
            Self::NotJson(_) => "key-not-json",
            Self::NotPem => "key-not-pem",
            Self::PrivateKey => "key-private",
            Self::PublicKey => "key-public",
            Self::Roca => "key-roca",
            Self::RsaExponent => "key-rsa-exponent",
            Self::RsaLong => "key-rsa-long",
            Self::RsaShort(_) => "key-rsa-short",
            Self::SecretCommon { .. } => "secret-common",
            Self::SecretEmpty { .. } => "secret-empty",
            Self::SecretIsKey { .. } => "secret-is-key",
            Self::SecretShort { .. } => "secret-short",
            Self::TooManyWithoutKid => "key-kid-absent",
            Self::Unsound => "key-unsound",
            Self::Use => "key-use",
        }
    }
}

/// Why a set is refused as a whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeySetFault {
    /// It has secret and public keys, so one could be taken for the other.
    #[error(
        "the key set mixes secret and public keys; a public key taken for a secret lets anyone sign (RFC 8725 §2.1)"
    )]
    Mixed,
    /// It has no `keys`, or they are no list of objects.
    #[error("the key set has no list `keys` (RFC 7517 §5)")]
    NoKeys,
    /// It is no JSON object that is read.
    #[error("the key set {0}")]
    NotJson(JsonFault),
    /// It has private parts: whoever fetched it can sign.
    #[error(
        "the key set shows a private key, with which anyone can sign; replace the key at the issuer"
    )]
    Private,
    /// It is longer than is read.
    #[error("the key set is longer than {KEY_SET_BYTES} bytes")]
    TooLong,
    /// It has more keys than are read.
    #[error("the key set has more than {KEY_SET_KEYS} keys")]
    TooManyKeys,
}

impl KeySetFault {
    /// A name that stays.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Mixed => "key-set-mixed",
            Self::NoKeys => "key-set-no-keys",
            Self::NotJson(_) => "key-set-not-json",
            Self::Private => "key-set-private",
            Self::TooLong => "key-set-too-long",
            Self::TooManyKeys => "key-set-too-many-keys",
        }
    }
}
