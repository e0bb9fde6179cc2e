//! Better Auth's own formats: signed cookies, cookie caches, password hashes, keys at rest. No I/O and no clock.
//!
//! A request's session, as Better Auth itself finds it: [`CookieNames`] says under which name, [`CookieHeader`] finds
//! it, [`SignedCookies`] says whether Better Auth wrote it, and the database, or a [`CookieCache`], whose it is.
//!
//! ```
//! use betroth_better_auth::{CookieHeader, CookieNames, Error, Secret, SignedCookies};
//!
//! let names = CookieNames::new(&Default::default())?;
//! let cookies = SignedCookies::new(&Secret::new("a-secret-of-your-own-0123456789abcdef")?);
//! let header = format!("theme=dark; {}={}", names.session_token(), cookies.sign("a-session-token"));
//!
//! let value = CookieHeader::parse([header.as_str()])?.one(names.session_token())?;
//! assert_eq!(cookies.open(&value)?, "a-session-token");
//! # Ok::<(), Error>(())
//! ```
//!
//! What is read here is at most what Better Auth 1.7 reads: where it takes one of two values, or a second spelling of
//! the same one, this crate refuses. `vectors/better-auth` holds what the real one wrote, version by version.
//!
//! *To support a new version*, add its values with `vectors/better-auth/generate.mjs`; the tests read every file there.
//! *Not here*: signatures of the key set, which are `betroth-token`'s; the database; the HTTP exchange.

mod base64;
mod cache;
mod cookie;
mod error;
mod limit;
mod password;
mod sealed;
mod secret;
mod stored_key;

pub use cache::{CachedSession, CookieCache, KeySetCache, KeySetSignature, Record, Strategy};
pub use cookie::{CookieHeader, CookieNames, CookieSettings, SignedCookies};
pub use error::Error;
pub use limit::*;
pub use password::PasswordHash;
pub use secret::{Secret, Secrets};
pub use stored_key::{KeyForm, PrivateJwk, StoredKey};
