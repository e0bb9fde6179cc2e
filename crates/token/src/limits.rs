//! How much is read of what a stranger sends; every bound stands here.

/// The longest token, in bytes.
pub const TOKEN_BYTES: usize = 8 * 1024;

/// The longest header of a token, in the characters of its base64url.
pub const HEADER_BYTES: usize = 1024;

/// How deep JSON may be nested; the outermost object is 1.
pub const JSON_DEPTH: u8 = 16;

/// How many members an object may have, at every depth.
pub const JSON_MEMBERS: usize = 64;

/// The longest `kid`, in bytes.
pub const KID_BYTES: usize = 128;

/// The longest JWK set, in bytes.
pub const KEY_SET_BYTES: usize = 256 * 1024;

/// How many keys a set may have.
pub const KEY_SET_KEYS: usize = 100;

/// How many keys without a `kid` may share an algorithm: a token without a `kid` is tried with each.
pub const KEYS_WITHOUT_KID: usize = 4;

/// The longest RSA modulus, in bytes: 8192 bits. The time of a check grows with it.
pub const RSA_MODULUS_BYTES: usize = 1024;

/// The shortest RSA modulus, in bits (RFC 7518 §3.3).
pub const RSA_MODULUS_BITS: usize = 2048;

/// The greatest leeway, in seconds ("no more than a few minutes", RFC 7519 §4.1.4).
pub const LEEWAY_SECONDS: u64 = 120;

/// What a token's claims decode to at most.
pub(crate) const CLAIMS_BYTES: usize = TOKEN_BYTES / 4 * 3;
