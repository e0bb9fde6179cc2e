use std::{
    borrow::Cow,
    fmt,
    ops::Range,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::{
    Deserialize,
    de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor},
};
use serde_json::{Value, value::RawValue};
use zeroize::Zeroizing;

use super::millis;
use crate::Error;

/// Session and user as a cookie cache has them, signature, age, version and session checked.
///
/// Their members are read when they are asked for. As old as [`Self::updated_at`]: what has happened since then is
/// not in it.
#[derive(Clone)]
pub struct CachedSession {
    /// The whole payload, of which the rest are parts.
    text: Zeroizing<String>,
    session: Range<usize>,
    user: Range<usize>,
    updated_at: Option<SystemTime>,
    version: String,
    expires_at: SystemTime,
}

/// What a payload is compared with.
pub(super) struct Expected<'a> {
    pub(super) token: &'a str,
    pub(super) version: Option<&'a str>,
    pub(super) now: SystemTime,
}

/// What stands in the payload of every form; the claims only where it is a token.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Payload<'a> {
    #[serde(borrow)]
    session: &'a RawValue,
    #[serde(borrow)]
    user: &'a RawValue,
    /// Absent before 1.4.
    updated_at: Option<u64>,
    version: Option<Cow<'a, str>>,
    exp: Option<u64>,
    nbf: Option<u64>,
    pub(super) iss: Option<Cow<'a, str>>,
    pub(super) aud: Option<Cow<'a, str>>,
    pub(super) sub: Option<Cow<'a, str>>,
    pub(super) sid: Option<Cow<'a, str>>,
}

impl<'a> Payload<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, Error> {
        serde_json::from_str(text).map_err(|_| MALFORMED)
    }

    pub(super) fn session(&self) -> Record<'a> {
        Record {
            name: "session",
            text: self.session.get(),
        }
    }

    pub(super) fn user(&self) -> Record<'a> {
        Record {
            name: "user",
            text: self.user.get(),
        }
    }
}

const MALFORMED: Error = Error::CacheMalformed { part: "payload" };

impl CachedSession {
    /// `expires_at` in milliseconds where it stands outside of the payload.
    pub(super) fn read(
        text: Zeroizing<String>,
        expires_at: Option<u64>,
        expected: &Expected<'_>,
    ) -> Result<Self, Error> {
        let payload = Payload::parse(&text)?;
        let now = millis(expected.now);
        let expires_at = match (expires_at, payload.exp) {
            (Some(millis), _) => Some(millis),
            (None, exp) => exp.and_then(|seconds| seconds.checked_mul(1000)),
        };
        let expires_at = expires_at.filter(|at| *at < 1 << 53).ok_or(MALFORMED)?;
        if now >= expires_at {
            return Err(Error::CacheExpired);
        }
        if payload.nbf.is_some_and(|nbf| now / 1000 < nbf) {
            return Err(Error::CacheNotYetValid);
        }
        // `||` in JavaScript: an empty version is none.
        let version = payload
            .version
            .as_deref()
            .filter(|version| !version.is_empty());
        let version = version.unwrap_or("1").to_owned();
        if expected.version.is_some_and(|expected| expected != version) {
            return Err(Error::CacheOtherVersion);
        }
        let session = payload.session();
        if session.text("token")? != expected.token {
            return Err(Error::CacheOtherSession);
        }
        if session.time("expiresAt")? <= expected.now {
            return Err(Error::SessionExpired);
        }
        let part = |part: &str| {
            let start = part.as_ptr().addr() - text.as_ptr().addr();
            start..start + part.len()
        };
        Ok(Self {
            session: part(payload.session.get()),
            user: part(payload.user.get()),
            updated_at: payload
                .updated_at
                .and_then(|at| UNIX_EPOCH.checked_add(Duration::from_millis(at))),
            version,
            expires_at: UNIX_EPOCH + Duration::from_millis(expires_at),
            text,
        })
    }

    /// The row of `session`, without members that are not returned to a client.
    pub fn session(&self) -> Record<'_> {
        Record {
            name: "session",
            text: &self.text[self.session.clone()],
        }
    }

    /// The row of `user`, without members that are not returned to a client.
    pub fn user(&self) -> Record<'_> {
        Record {
            name: "user",
            text: &self.text[self.user.clone()],
        }
    }

    /// When it was true; not known of a cache from before Better Auth 1.4.
    pub const fn updated_at(&self) -> Option<SystemTime> {
        self.updated_at
    }

    /// `cookieCache.version` when it was written.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// When the cache ends; the session itself lives longer.
    pub const fn expires_at(&self) -> SystemTime {
        self.expires_at
    }
}

/// Shows nothing of session and user.
impl fmt::Debug for CachedSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedSession")
            .field("version", &self.version)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// A row in a cookie cache, whose members are looked up in its JSON text.
#[derive(Clone, Copy)]
pub struct Record<'a> {
    name: &'static str,
    text: &'a str,
}

impl<'a> Record<'a> {
    /// The whole row.
    pub const fn json(&self) -> &'a str {
        self.text
    }

    /// A member as it stands there; `None` where there is none.
    ///
    /// # Errors
    /// [`Error::Payload`] where the row is no object, or has the member twice.
    pub fn get(&self, member: &str) -> Result<Option<&'a RawValue>, Error> {
        let mut text = serde_json::Deserializer::from_str(self.text);
        Find(member)
            .deserialize(&mut text)
            .map_err(|_| self.absent(member))
    }

    /// A member that is a text.
    ///
    /// # Errors
    /// [`Error::Payload`] where it is absent or anything else.
    pub fn text(&self, member: &str) -> Result<Cow<'a, str>, Error> {
        #[derive(Deserialize)]
        #[serde(transparent)]
        struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
        self.parse::<Text<'a>>(member).map(|text| text.0)
    }

    /// A member that is a date, as JavaScript writes one.
    ///
    /// # Errors
    /// [`Error::Payload`] where it is absent or anything else.
    pub fn time(&self, member: &str) -> Result<SystemTime, Error> {
        instant(&self.text(member)?).ok_or_else(|| self.absent(member))
    }

    /// A member as any type that reads JSON.
    ///
    /// # Errors
    /// [`Error::Payload`] where it is absent or of another type.
    pub fn parse<T: Deserialize<'a>>(&self, member: &str) -> Result<T, Error> {
        let found = self.get(member)?;
        found
            .and_then(|found| serde_json::from_str(found.get()).ok())
            .ok_or_else(|| self.absent(member))
    }

    fn absent(&self, member: &str) -> Error {
        Error::Payload {
            member: format!("{}.{member}", self.name),
        }
    }
}

/// Shows nothing of the row.
impl fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Record({})", self.name)
    }
}

/// Looks for one member of an object without reading the others.
struct Find<'n>(&'n str);

impl<'de> DeserializeSeed<'de> for Find<'_> {
    type Value = Option<&'de RawValue>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Find<'_> {
    type Value = Option<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(wanted) = members.next_key_seed(Is(self.0))? {
            if !wanted {
                members.next_value::<IgnoredAny>()?;
            } else if found.replace(members.next_value()?).is_some() {
                return Err(de::Error::custom("a member stands there twice"));
            }
        }
        Ok(found)
    }
}

/// Whether a name is the one that is looked for.
struct Is<'n>(&'n str);

impl<'de> DeserializeSeed<'de> for Is<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Is<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<bool, E> {
        Ok(name == self.0)
    }
}

/// A date in the one spelling of `Date.prototype.toISOString`.
pub(super) fn instant(text: &str) -> Option<SystemTime> {
    let time: jiff::Timestamp = text.parse().ok()?;
    let millis = u64::try_from(time.as_millisecond()).ok()?;
    (format!("{time:.3}") == text).then_some(UNIX_EPOCH + Duration::from_millis(millis))
}

/// The payload as every form has it.
pub(super) fn write(
    session: &Value,
    user: &Value,
    version: &str,
    now: SystemTime,
) -> Result<Zeroizing<String>, Error> {
    let payload = serde_json::json!({
        "session": session, "user": user, "updatedAt": millis(now), "version": version,
    });
    let text = Zeroizing::new(payload.to_string());
    let payload = Payload::parse(&text)?;
    for member in ["id", "token", "userId"] {
        payload.session().text(member)?;
    }
    payload.session().time("expiresAt")?;
    for member in ["id", "email", "name"] {
        payload.user().text(member)?;
    }
    Ok(text)
}

/// The payload with `iat` and `exp`, as the forms that are tokens have it.
pub(super) fn timed(payload: &str, lifetime: Duration, now: SystemTime) -> Zeroizing<String> {
    let iat = millis(now) / 1000;
    let exp = iat.saturating_add(lifetime.as_secs());
    extended(payload, &serde_json::json!({ "iat": iat, "exp": exp }))
}

/// The payload with the members of another object behind its own. Neither is empty.
pub(super) fn extended(payload: &str, more: &Value) -> Zeroizing<String> {
    let more = Zeroizing::new(more.to_string());
    Zeroizing::new(format!("{},{}", &payload[..payload.len() - 1], &more[1..]))
}
