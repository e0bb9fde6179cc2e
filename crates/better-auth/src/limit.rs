//! How much is read of what a stranger can send; more is refused before it is looked at.

/// Bytes of all `Cookie` header lines together. Servers stop earlier: Node at 16 KiB, nginx at 32.
pub const MAX_COOKIE_HEADER: usize = 64 * 1024;

/// Cookies in a request. Browsers keep at most 180 a site.
pub const MAX_COOKIES: usize = 512;

/// Bytes of one signed cookie's value. Browsers keep no more of a cookie.
pub const MAX_SIGNED_COOKIE: usize = 4096;

/// Parts of one cookie cache: what Better Auth writes at most.
pub const MAX_CHUNKS: usize = 100;

/// Bytes of a password, before it is normalised. Better Auth takes 128 characters by default.
pub const MAX_PASSWORD: usize = 4096;

/// Bytes of the salt of a password hash. Better Auth writes 32.
pub const MAX_SALT: usize = 128;

/// Bytes of a `privateKey` column: RSA of 8192 bits, encrypted, in hex.
pub const MAX_STORED_KEY: usize = 32 * 1024;
