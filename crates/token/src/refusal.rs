//! Why a token is refused: one face for who sent it, one for the log.

mod cure;

use std::borrow::Cow;

use crate::json::JsonFault;
use crate::limits::{HEADER_BYTES, TOKEN_BYTES};

/// Why a token is refused: the first check that it did not pass.
///
/// The text and the code are for the log. Neither shows any part of the token, of its claims or of what was expected;
/// who sent the token gets [`Self::face`] alone (RFC 6750 §3.1).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// There is no token.
    #[error("there is no token")]
    TokenMissing,
    /// The token is longer than is read.
    #[error("the token is longer than {TOKEN_BYTES} bytes")]
    TokenTooLong,
    /// Not three parts.
    #[error("the token does not have three parts (RFC 7515 §7.1)")]
    Parts,
    /// A JWE: five parts, or a header with `enc`.
    #[error("the token is encrypted; only signed ones are read (RFC 7516 §9)")]
    Encrypted,
    /// The header is longer than is read.
    #[error("the header is longer than {HEADER_BYTES} characters")]
    HeaderTooLong,
    /// The header is not in the one form of base64url.
    #[error("the header is not base64url without padding (RFC 7515 §2)")]
    HeaderNotBase64Url,
    /// The header is no object that is read.
    #[error("the header {0}")]
    HeaderNotJson(JsonFault),
    /// The claims are not in the one form of base64url.
    #[error("the claims are not base64url without padding (RFC 7515 §2)")]
    ClaimsNotBase64Url,
    /// The claims are no object that is read.
    #[error("the claims: what was signed {0}")]
    ClaimsNotJson(JsonFault),
    /// The third part is empty.
    #[error("the token has no signature")]
    SignatureMissing,
    /// The signature is not in the one form of base64url, or not as long as its algorithm has it.
    #[error("the signature is not base64url, or not as long as that of its algorithm")]
    SignatureMalformed,
    /// The signature is not that of the key.
    #[error("the signature does not hold")]
    SignatureInvalid,
    /// The header has no `alg`.
    #[error("the header has no `alg` (RFC 7515 §4.1.1)")]
    AlgorithmMissing,
    /// `alg` is not one that is accepted; `none` never is.
    #[error("`alg` is not among the algorithms that are accepted (RFC 8725 §3.1)")]
    AlgorithmNotAccepted,
    /// `alg` is not that of the key.
    #[error("`alg` is not the one that the key is for (RFC 8725 §3.1)")]
    AlgorithmMismatch,
    /// The header has `crit`: no extension is understood here.
    #[error("the header asks for an extension in `crit` (RFC 7515 §4.1.11)")]
    CriticalExtension,
    /// The header has `b64`.
    #[error("the header has `b64`, which no JWT may have (RFC 7797 §7)")]
    UnencodedPayload,
    /// `kid` is no string, or one that no issuer gives.
    #[error("`kid` is malformed")]
    KidMalformed,
    /// No `kid`, where each key of that algorithm has one.
    #[error("the header has no `kid`, and each key has one")]
    KidMissing,
    /// No key has this `kid`.
    #[error("no key has the token's `kid`")]
    KeyUnknown,
    /// `typ` is no media type.
    #[error("`typ` is malformed")]
    TypeMalformed,
    /// `typ` is of another kind of token.
    #[error("`typ` is not one that is accepted (RFC 8725 §3.11)")]
    TypeNotAccepted,
    /// A claim that must be there is not.
    #[error("`{0}` is absent")]
    ClaimMissing(Cow<'static, str>),
    /// A claim is not of its type.
    #[error("`{0}` is not of its type (RFC 7519 §4.1)")]
    ClaimMalformed(Cow<'static, str>),
    /// `iss` is another.
    #[error("`iss` is not the issuer that is accepted")]
    IssuerMismatch,
    /// `aud` does not name us.
    #[error("`aud` does not name this audience")]
    AudienceMismatch,
    /// `exp` is past.
    #[error("the token expired")]
    Expired,
    /// `nbf` is to come.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// `iat` is to come.
    #[error("the token says that it was issued in the future")]
    IssuedInFuture,
    /// `iat` is longer ago than is accepted.
    #[error("the token is older than is accepted")]
    TooOld,
    /// The token is good only together with a proof of a key (`cnf`), and nobody checks one.
    #[error(
        "the token is bound to a key in `cnf`, and no proof of that key is asked for here (RFC 7800, RFC 9449 §7.2)"
    )]
    ProofMissing,
    /// There is no key to check with, or none may be fetched now.
    #[error("the keys of the issuer are not at hand")]
    KeysUnavailable,
}

/// What the caller is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Face {
    /// The request is malformed: 400.
    InvalidRequest,
    /// The token is not accepted: 401.
    InvalidToken,
    /// Whether it is good cannot be told now: 503, to be tried again.
    Unavailable,
}

impl Face {
    /// The status of the answer.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidRequest => 400,
            Self::InvalidToken => 401,
            Self::Unavailable => 503,
        }
    }

    /// `error` of `WWW-Authenticate` (RFC 6750 §3.1); `None` where there is nothing wrong with the request.
    pub const fn error(self) -> Option<&'static str> {
        match self {
            Self::InvalidRequest => Some("invalid_request"),
            Self::InvalidToken => Some("invalid_token"),
            Self::Unavailable => None,
        }
    }
}

impl Refusal {
    /// A name that stays, for logs, metrics and tests.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TokenMissing => "token-missing",
            Self::TokenTooLong => "token-too-long",
            Self::Parts => "token-parts",
            Self::Encrypted => "token-encrypted",
            Self::HeaderTooLong => "header-too-long",
            Self::HeaderNotBase64Url => "header-not-base64url",
            Self::HeaderNotJson(JsonFault::Syntax) => "header-not-json",
            Self::HeaderNotJson(JsonFault::DuplicateMember) => "header-duplicate-member",
            Self::HeaderNotJson(JsonFault::TooDeep) => "header-too-deep",
            Self::HeaderNotJson(JsonFault::TooManyMembers) => "header-too-many-members",
            Self::ClaimsNotBase64Url => "claims-not-base64url",
            Self::ClaimsNotJson(JsonFault::Syntax) => "claims-not-json",
            Self::ClaimsNotJson(JsonFault::DuplicateMember) => "claims-duplicate-member",
            Self::ClaimsNotJson(JsonFault::TooDeep) => "claims-too-deep",
            Self::ClaimsNotJson(JsonFault::TooManyMembers) => "claims-too-many-members",
            Self::SignatureMissing => "signature-missing",
            Self::SignatureMalformed => "signature-malformed",
            Self::SignatureInvalid => "signature-invalid",
            Self::AlgorithmMissing => "alg-missing",
            Self::AlgorithmNotAccepted => "alg-not-accepted",
            Self::AlgorithmMismatch => "alg-mismatch",
            Self::CriticalExtension => "crit-present",
            Self::UnencodedPayload => "b64-present",
            Self::KidMalformed => "kid-malformed",
            Self::KidMissing => "kid-missing",
            Self::KeyUnknown => "kid-unknown",
            Self::TypeMalformed => "typ-malformed",
            Self::TypeNotAccepted => "typ-not-accepted",
            Self::ClaimMissing(_) => "claim-missing",
            Self::ClaimMalformed(_) => "claim-malformed",
            Self::IssuerMismatch => "issuer-mismatch",
            Self::AudienceMismatch => "audience-mismatch",
            Self::Expired => "token-expired",
            Self::NotYetValid => "token-not-yet-valid",
            Self::IssuedInFuture => "token-issued-in-future",
            Self::TooOld => "token-too-old",
            Self::ProofMissing => "proof-missing",
            Self::KeysUnavailable => "keys-unavailable",
        }
    }

    /// The claim concerned, as the contract names it.
    pub fn claim(&self) -> Option<&str> {
        match self {
            Self::ClaimMissing(claim) | Self::ClaimMalformed(claim) => Some(claim),
            Self::IssuerMismatch => Some("iss"),
            Self::AudienceMismatch => Some("aud"),
            Self::Expired => Some("exp"),
            Self::NotYetValid => Some("nbf"),
            Self::IssuedInFuture | Self::TooOld => Some("iat"),
            Self::ProofMissing => Some("cnf"),
            _ => None,
        }
    }

    /// What the caller is told.
    pub const fn face(&self) -> Face {
        match self {
            Self::TokenMissing => Face::InvalidRequest,
            Self::KeysUnavailable => Face::Unavailable,
            _ => Face::InvalidToken,
        }
    }

    /// `error_description` for the caller: of all reasons, only that the time is over, which a client can mend.
    pub const fn description(&self) -> &'static str {
        match self.face() {
            Face::InvalidRequest => "there is no token",
            Face::Unavailable => "tokens cannot be checked at the moment",
            Face::InvalidToken if matches!(self, Self::Expired) => "the token expired",
            Face::InvalidToken => "the token is not accepted",
        }
    }
}
