//! The cookie cache of `jwt({ sessionCookieCache: true })`: a JWS under a key of the key set that also signs tokens
//! for APIs, told from these by `typ` and `aud`.

use std::time::{Duration, SystemTime};

use serde::Deserialize;
use serde_json::Value;

use super::{
    CachedSession,
    jwt::{Token, message},
    payload::{self, Expected, Payload},
};
use crate::{Error, MAX_COOKIE_HEADER, base64, error::at_most};

const TYPE: &str = "better-auth.session-cache+jwt";
const AUDIENCE: &str = "better-auth:session-cache";

/// What `keyPairConfig.alg` can name, and what else signs with such a key; never a shared secret.
const ALGORITHMS: &[&str] = &[
    "EdDSA", "Ed25519", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384",
    "RS512",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: String,
    typ: String,
}

/// A signature that only the keeper of the key set can check.
#[derive(Clone, Copy, Debug)]
pub struct KeySetSignature<'a> {
    /// The key, by the id of its row in `jwks`.
    pub kid: &'a str,
    /// Its algorithm as the token names it: the key's own must be the same.
    pub alg: &'a str,
    /// What is signed.
    pub message: &'a [u8],
    /// As RFC 7518 §3 lays it out.
    pub signature: &'a [u8],
}

/// The cookie cache of a deployment that signs it with its key set. Signatures are checked and made by others.
#[derive(Clone, Debug)]
pub struct KeySetCache {
    issuer: String,
    version: Option<String>,
}

impl KeySetCache {
    /// For version `1`. `issuer` is the origin of `baseURL`, or `better-auth:session-cache` where there is none.
    #[must_use]
    pub fn new(issuer: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            version: Some("1".to_owned()),
        }
    }

    /// As [`CookieCache::with_version`](super::CookieCache::with_version).
    #[must_use]
    pub fn with_version(self, version: Option<String>) -> Self {
        Self { version, ..self }
    }

    /// Reads the value of the cookie. `holds` says whether a signature holds under the key of that id, which must be
    /// bound to that algorithm; nothing of the payload is looked at before it has.
    ///
    /// # Errors
    /// As [`CookieCache::read`](super::CookieCache::read); [`Error::CacheClaim`] for `typ`, `aud`, `iss`, and for
    /// `sub` and `sid` that are not of the user and the session.
    pub fn read(
        &self,
        value: &str,
        token: &str,
        now: SystemTime,
        holds: impl FnOnce(KeySetSignature<'_>) -> bool,
    ) -> Result<CachedSession, Error> {
        at_most(value.len(), MAX_COOKIE_HEADER, "cookie cache")?;
        let parts = Token::split(value)?;
        let header: Header = parts.header()?;
        if header.typ != TYPE {
            return Err(Error::CacheClaim { claim: "typ" });
        }
        if !ALGORITHMS.contains(&header.alg.as_str()) {
            return Err(Error::CacheAlgorithm);
        }
        let signature = KeySetSignature {
            kid: &header.kid,
            alg: &header.alg,
            message: parts.message,
            signature: &parts.signature,
        };
        if !holds(signature) {
            return Err(Error::SignatureMismatch);
        }
        let text = parts.payload()?;
        self.claims(&text)?;
        let expected = Expected {
            token,
            version: self.version.as_deref(),
            now,
        };
        CachedSession::read(text, None, &expected)
    }

    fn claims(&self, text: &str) -> Result<(), Error> {
        let payload = Payload::parse(text)?;
        let id = payload.user().text("id")?;
        let token = payload.session().text("token")?;
        for (claim, value, expected) in [
            ("aud", &payload.aud, AUDIENCE),
            ("iss", &payload.iss, &self.issuer),
            ("sub", &payload.sub, &id),
            ("sid", &payload.sid, &token),
        ] {
            if value.as_deref() != Some(expected) {
                return Err(Error::CacheClaim { claim });
            }
        }
        Ok(())
    }

    /// Writes what [`Self::read`] and Better Auth read. `sign` signs with the key `kid`, by the algorithm `alg`.
    ///
    /// # Errors
    /// [`Error::Payload`] for a member without which Better Auth does not read it; [`Error::CacheAlgorithm`].
    #[expect(
        clippy::too_many_arguments,
        reason = "what stands in the token, and who signs it"
    )]
    pub fn write(
        &self,
        session: &Value,
        user: &Value,
        lifetime: Duration,
        now: SystemTime,
        kid: &str,
        alg: &str,
        sign: impl FnOnce(&[u8]) -> Vec<u8>,
    ) -> Result<String, Error> {
        if !ALGORITHMS.contains(&alg) {
            return Err(Error::CacheAlgorithm);
        }
        let version = self.version.as_deref().unwrap_or("1");
        let payload = payload::timed(&payload::write(session, user, version, now)?, lifetime, now);
        let claims = serde_json::json!({
            "iss": self.issuer, "aud": AUDIENCE, "sub": user["id"], "sid": session["token"],
        });
        let payload = payload::extended(&payload, &claims);
        let header = serde_json::json!({ "alg": alg, "kid": kid, "typ": TYPE });
        let message = message(&header.to_string(), &payload);
        let signature = base64::to_url(sign(message.as_bytes()));
        Ok(format!("{message}.{signature}"))
    }
}
