/// Why a value is not what Better Auth wrote, or not what it would write.
///
/// Holds names, never a value: no cookie, token, secret, hash or key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Only some parts of a cached session came: the first that is missing, or one too many.
    #[error("part {index} of the cookie `{name}` is missing or out of place")]
    ChunkMissing {
        /// Without the number.
        name: String,
        /// From 0.
        index: usize,
    },
    /// Two cookies of one name that differ: which one is meant depends on who reads. Better Auth takes the first for
    /// a session, and the last for a part of a cache.
    #[error("the request has several cookies `{name}` that differ")]
    CookieAmbiguous {
        /// As it was asked for.
        name: String,
    },
    /// A cookie of the right name whose value no browser would have kept.
    #[error("the cookie `{name}` {fault}")]
    CookieMalformed {
        /// As it was asked for.
        name: String,
        /// What is wrong; reads on after the name.
        fault: &'static str,
    },
    /// No such cookie, or an empty one.
    #[error("the request has no cookie `{name}`")]
    CookieMissing {
        /// As it was asked for.
        name: String,
    },
    /// The session came under the name of another configuration: one side believes in HTTPS and the other does not.
    #[error("the request has the cookie `{found}` where `{expected}` is expected")]
    CookieOtherPrefix {
        /// As it was asked for.
        expected: String,
        /// The same with another `__Secure-`, `__Host-`, or none.
        found: String,
    },
    /// A name or prefix that no cookie can have (RFC 6265 §4.1.1).
    #[error("the cookie {part} has characters that a cookie's name cannot have")]
    CookieName {
        /// Which setting.
        part: &'static str,
    },
    /// A cookie cache is not of the form that its strategy writes.
    #[error("the {part} of the cookie cache is not what Better Auth writes")]
    CacheMalformed {
        /// Which part of it.
        part: &'static str,
    },
    /// The cookie cache is older than it may become; the session itself may live.
    #[error("the cookie cache has expired")]
    CacheExpired,
    /// The cookie cache is not yet valid, by its `nbf`.
    #[error("the cookie cache is not valid yet")]
    CacheNotYetValid,
    /// The cookie cache was written by another issuer, for another reader, or for another purpose.
    #[error("`{claim}` of the cookie cache is not the expected one")]
    CacheClaim {
        /// The claim or header parameter.
        claim: &'static str,
    },
    /// The cookie cache belongs to another session than the cookie beside it.
    #[error("the cookie cache belongs to another session")]
    CacheOtherSession,
    /// The cookie cache was written under another `cookieCache.version`.
    #[error("the cookie cache has another version")]
    CacheOtherVersion,
    /// An algorithm that no key of Better Auth signs with.
    #[error("the cookie cache names an algorithm that is not allowed")]
    CacheAlgorithm,
    /// A key at rest that is cut off, as by a column of 191 characters.
    #[error("the private key is cut off")]
    KeyCutOff,
    /// A key at rest in neither form.
    #[error("the private key is neither a JWK nor an encrypted one")]
    KeyMalformed,
    /// None of the secrets is the one that was used.
    #[error("no secret fits what is encrypted")]
    KeyUnknown,
    /// A payload that would change on its way through JavaScript, and with it the signature.
    #[error("`{member}` does not survive JavaScript: {fault}")]
    NotJavaScript {
        /// The member concerned.
        member: String,
        /// What would change.
        fault: &'static str,
    },
    /// A password hash that is not `salt:key`.
    #[error("the password hash is not `salt:key` as Better Auth writes it")]
    PasswordHashMalformed,
    /// The hash is of another password.
    #[error("the password does not fit the hash")]
    PasswordMismatch,
    /// A member of the session or of the user is absent or of another type.
    #[error("`{member}` is absent or of another type")]
    Payload {
        /// `session.expiresAt` and the like.
        member: String,
    },
    /// The system gave no random bytes.
    #[error("the system has no random bytes")]
    Random,
    /// The secret is Better Auth's own default, which everyone knows.
    #[error(
        "the secret is Better Auth's default, which everyone knows; `openssl rand -base64 32` makes one"
    )]
    SecretDefault,
    /// The secret is empty.
    #[error("the secret is empty; `openssl rand -base64 32` makes one")]
    SecretEmpty,
    /// `BETTER_AUTH_SECRETS` is not `version:secret,…` with each version once.
    #[error("entry {entry} of the secrets {fault}")]
    SecretsMalformed {
        /// From 1.
        entry: usize,
        /// What is wrong; reads on after "entry 1".
        fault: &'static str,
    },
    /// The session that the cache holds has itself expired.
    #[error("the session has expired")]
    SessionExpired,
    /// The value has no signature, or nothing that is signed.
    #[error("the value is not signed")]
    SignatureMissing,
    /// The signature is not 32 bytes in padded base64.
    #[error("the signature is not of the form that Better Auth writes")]
    SignatureMalformed,
    /// Signed with another secret, or changed since.
    #[error("the signature does not fit the value")]
    SignatureMismatch,
    /// More than is read.
    #[error("the {what} is larger than {limit}")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// Bytes, or how many.
        limit: usize,
    },
}

impl Error {
    /// The stable name of what is wrong, for logs and programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ChunkMissing { .. } => "chunk-missing",
            Self::CookieAmbiguous { .. } => "cookie-ambiguous",
            Self::CookieMalformed { .. } => "cookie-malformed",
            Self::CookieMissing { .. } => "cookie-missing",
            Self::CookieOtherPrefix { .. } => "cookie-other-prefix",
            Self::CookieName { .. } => "cookie-name",
            Self::CacheMalformed { .. } => "cache-malformed",
            Self::CacheExpired => "cache-expired",
            Self::CacheNotYetValid => "cache-not-yet-valid",
            Self::CacheClaim { .. } => "cache-claim",
            Self::CacheOtherSession => "cache-other-session",
            Self::CacheOtherVersion => "cache-other-version",
            Self::CacheAlgorithm => "cache-algorithm",
            Self::KeyCutOff => "key-cut-off",
            Self::KeyMalformed => "key-malformed",
            Self::KeyUnknown => "key-unknown",
            Self::NotJavaScript { .. } => "not-javascript",
            Self::PasswordHashMalformed => "password-hash-malformed",
            Self::PasswordMismatch => "password-mismatch",
            Self::Payload { .. } => "payload",
            Self::Random => "random",
            Self::SecretDefault => "secret-default",
            Self::SecretEmpty => "secret-empty",
            Self::SecretsMalformed { .. } => "secrets-malformed",
            Self::SessionExpired => "session-expired",
            Self::SignatureMissing => "signature-missing",
            Self::SignatureMalformed => "signature-malformed",
            Self::SignatureMismatch => "signature-mismatch",
            Self::TooLarge { .. } => "too-large",
        }
    }
}

/// Refuses what is larger than `limit`.
pub(crate) const fn at_most(size: usize, limit: usize, what: &'static str) -> Result<(), Error> {
    if size > limit {
        return Err(Error::TooLarge { what, limit });
    }
    Ok(())
}

/// Fills with random bytes.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| Error::Random)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_is_the_one_that_programs_know() {
        let codes = [
            Error::CacheExpired,
            Error::CacheNotYetValid,
            Error::CacheOtherSession,
            Error::CacheOtherVersion,
            Error::CacheAlgorithm,
            Error::KeyCutOff,
            Error::KeyMalformed,
            Error::KeyUnknown,
            Error::PasswordHashMalformed,
            Error::PasswordMismatch,
            Error::Random,
            Error::SecretDefault,
            Error::SecretEmpty,
            Error::SessionExpired,
            Error::SignatureMissing,
            Error::SignatureMalformed,
            Error::SignatureMismatch,
        ]
        .map(|error| error.code());
        assert_eq!(
            codes,
            [
                "cache-expired",
                "cache-not-yet-valid",
                "cache-other-session",
                "cache-other-version",
                "cache-algorithm",
                "key-cut-off",
                "key-malformed",
                "key-unknown",
                "password-hash-malformed",
                "password-mismatch",
                "random",
                "secret-default",
                "secret-empty",
                "session-expired",
                "signature-missing",
                "signature-malformed",
                "signature-mismatch",
            ]
        );
    }
}
