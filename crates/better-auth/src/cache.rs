//! Cookie caches: session and user in a cookie, so that most requests need no database.
//!
//! | `cookieCache.strategy` | form |
//! |---|---|
//! | `compact`, the default | base64url of `{"session":{…},"expiresAt":…,"signature":"…"}` |
//! | `jwt` | JWS, HS256 under the bytes of the secret |
//! | `jwe` | JWE, `dir` and A256CBC-HS512 under a key derived from a secret |
//! | `jwt` with `jwt({ sessionCookieCache: true })` | JWS under the newest key of the key set |
//!
//! A cache may be as old as `cookieCache.maxAge` (5 minutes by default): until then a revoked session, a banned user
//! or a former role are not seen.

mod compact;
mod javascript;
mod jwe;
mod jwt;
mod key_set;
mod payload;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_lc_rs::hmac;
use serde_json::Value;

pub use key_set::{KeySetCache, KeySetSignature};
pub use payload::{CachedSession, Record};

use crate::{Error, MAX_COOKIE_HEADER, Secrets, error::at_most};
use payload::Expected;

/// `session.cookieCache.strategy`; the fourth form is [`KeySetCache`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Strategy {
    /// `compact`.
    #[default]
    Compact,
    /// `jwe`.
    Jwe,
    /// `jwt`.
    Jwt,
}

/// The cookie cache of one deployment, with its keys derived once.
#[derive(Debug)]
pub struct CookieCache {
    form: Form,
    version: Option<String>,
}

enum Form {
    Compact(hmac::Key),
    Jwe(jwe::Keys),
    Jwt(hmac::Key),
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Compact(_) => "Compact",
            Self::Jwe(_) => "Jwe",
            Self::Jwt(_) => "Jwt",
        })
    }
}

impl CookieCache {
    /// For version `1`, which is Better Auth's default. `compact` and `jwt` use the current secret alone, `jwe` reads
    /// with every one.
    #[must_use]
    pub fn new(strategy: Strategy, secrets: &Secrets) -> Self {
        let mac = || hmac::Key::new(hmac::HMAC_SHA256, secrets.current().bytes());
        let form = match strategy {
            Strategy::Compact => Form::Compact(mac()),
            Strategy::Jwe => Form::Jwe(jwe::Keys::new(secrets)),
            Strategy::Jwt => Form::Jwt(mac()),
        };
        Self {
            form,
            version: Some("1".to_owned()),
        }
    }

    /// For another `cookieCache.version`. `None` reads any: where it is a function, its caller compares
    /// [`CachedSession::version`] with what that function gives.
    #[must_use]
    pub fn with_version(self, version: Option<String>) -> Self {
        Self { version, ..self }
    }

    /// Reads the value of the cookie, put together and with its escapes resolved, as [`CookieHeader::joined`] returns
    /// it. `token` is what the session cookie beside it was signed for: a cache alone is no session.
    ///
    /// [`CookieHeader::joined`]: crate::CookieHeader::joined
    ///
    /// # Errors
    /// Nothing of session and user is looked at before the signature holds. Then [`Error::CacheExpired`],
    /// [`Error::SessionExpired`], [`Error::CacheOtherSession`], [`Error::CacheOtherVersion`], [`Error::Payload`].
    pub fn read(&self, value: &str, token: &str, now: SystemTime) -> Result<CachedSession, Error> {
        at_most(value.len(), MAX_COOKIE_HEADER, "cookie cache")?;
        let (payload, expires_at) = match &self.form {
            Form::Compact(key) => compact::open(key, value)?,
            Form::Jwe(keys) => (keys.open(value)?, None),
            Form::Jwt(key) => (jwt::open(key, value)?, None),
        };
        let expected = Expected {
            token,
            version: self.version.as_deref(),
            now,
        };
        CachedSession::read(payload, expires_at, &expected)
    }

    /// Writes what [`Self::read`] and Better Auth read, for `lifetime` from `now` on. `session` and `user` are what
    /// `/get-session` answers; dates are `2026-01-02T03:04:05.678Z`, with exactly three digits behind the point.
    ///
    /// # Errors
    /// [`Error::Payload`] for a member without which Better Auth does not read it; with [`Strategy::Compact`],
    /// [`Error::NotJavaScript`] for what would not be the same text again after JavaScript has read it.
    pub fn write(
        &self,
        session: &Value,
        user: &Value,
        lifetime: Duration,
        now: SystemTime,
    ) -> Result<String, Error> {
        let version = self.version.as_deref().unwrap_or("1");
        let payload = payload::write(session, user, version, now)?;
        match &self.form {
            Form::Compact(key) => {
                javascript::survives("session", session)?;
                javascript::survives("user", user)?;
                let lifetime = u64::try_from(lifetime.as_millis()).unwrap_or(u64::MAX);
                let expires_at = millis(now).saturating_add(lifetime);
                Ok(compact::seal(key, &payload, expires_at))
            }
            Form::Jwe(keys) => keys.seal(&payload::timed(&payload, lifetime, now)),
            Form::Jwt(key) => Ok(jwt::seal(key, &payload::timed(&payload, lifetime, now))),
        }
    }
}

/// Milliseconds since 1970, as `Date.now()`; 0 before.
fn millis(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
