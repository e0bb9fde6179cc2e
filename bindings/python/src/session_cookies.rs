//! Better Auth's session where it comes itself: signed, in a cookie or as a bearer token.

use std::borrow::Cow;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use betroth_better_auth::{
    CookieCache, CookieHeader, Error, Secret, Secrets, SignedCookies, Strategy,
};
use betroth_contract::SecretAlgorithm;
use betroth_token::VerifyingKey;
use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::clock::wall;
use crate::keys::refused;

create_exception!(
    betroth._betroth,
    SessionFault,
    PyException,
    "A cookie or token is not what Better Auth signed for a session; `code` names why. Shows no part of it."
);

/// Before the name of a cookie that a browser sends over https alone.
const SECURE: &str = "__Secure-";

/// Reads the session cookie of a Better Auth, and the cookie cache beside it. Whether the session lives is not asked.
#[pyclass(frozen, module = "betroth")]
pub(crate) struct SessionCookies {
    /// Each name of the session cookie that counts, with that of the cache beside it.
    names: Vec<(String, Option<String>)>,
    signed: SignedCookies,
    cache: CookieCache,
}

/// What a cookie cache holds: the rows `session` and `user` as JSON, true at a time that is over.
#[pyclass(frozen, get_all, module = "betroth")]
pub(crate) struct CachedSession {
    /// The row of the session in JSON.
    session: String,
    /// The row of the user in JSON.
    user: String,
    /// When they were read, in seconds since 1970; not known before Better Auth 1.4.
    updated_at: Option<u64>,
    /// When the cache ends, in seconds since 1970.
    expires_at: u64,
}

#[pymethods]
impl SessionCookies {
    /// `cookie` and `cache` are names without `__Secure-`; `strategy` is that of the cache: `compact`, `jwt`, `jwe`.
    ///
    /// `secure` says that people see Better Auth over https: then the cookies with `__Secure-` count alone, otherwise both.
    ///
    /// Raises `KeyFault` for a secret that is weak, `ValueError` for an unknown strategy.
    #[new]
    #[pyo3(signature = (secret, cookie, cache = None, strategy = "compact", *, secure = false))]
    fn new(
        py: Python<'_>,
        secret: &str,
        cookie: &str,
        cache: Option<&str>,
        strategy: &str,
        secure: bool,
    ) -> PyResult<Self> {
        // What signs sessions is asked of as much as what signs tokens.
        VerifyingKey::from_secret(secret, SecretAlgorithm::Hs256)
            .map_err(|fault| refused(py, fault.to_string(), fault.code()))?;
        let secret =
            Secret::new(secret).map_err(|error| refused(py, error.to_string(), error.code()))?;
        let strategy = match strategy {
            "compact" => Strategy::Compact,
            "jwt" => Strategy::Jwt,
            "jwe" => Strategy::Jwe,
            _ => {
                return Err(PyValueError::new_err(
                    "a strategy is `compact`, `jwt` or `jwe`",
                ));
            }
        };
        Ok(Self {
            names: prefixes(secure)
                .map(|prefix| {
                    let cache = cache.map(|cache| format!("{prefix}{cache}"));
                    (format!("{prefix}{cookie}"), cache)
                })
                .collect(),
            signed: SignedCookies::new(&secret),
            cache: CookieCache::new(strategy, &Secrets::from(secret)),
        })
    }

    /// Whether the headers of an ASGI scope bring a session cookie, good or not.
    fn are_in(&self, headers: &Bound<'_, PyAny>) -> PyResult<bool> {
        let lines = cookie_lines(headers)?;
        if lines.is_empty() {
            return Ok(false);
        }
        Ok(
            match CookieHeader::parse(texts(&lines).iter().map(String::as_str)) {
                Ok(cookies) => self.names.iter().any(|(name, _)| {
                    !matches!(
                        cookies.one(name),
                        Err(Error::CookieMissing { .. } | Error::CookieOtherPrefix { .. })
                    )
                }),
                // Nobody can tell, so it is for `open` to refuse.
                Err(_) => true,
            },
        )
    }

    /// The name under which the session cookie came, and the token in it; `None` where there is no such cookie.
    ///
    /// Raises `SessionFault` where it is not signed, or there are two.
    fn open(&self, py: Python<'_>, headers: &Bound<'_, PyAny>) -> PyResult<Option<(&str, String)>> {
        let lines = cookie_lines(headers)?;
        if lines.is_empty() {
            return Ok(None);
        }
        self.read(&lines).map_err(|error| fault(py, &error))
    }

    /// The token that a bearer token was signed for. Raises `SessionFault`.
    fn open_bearer(&self, py: Python<'_>, token: &str) -> PyResult<String> {
        let opened = self.signed.open_bearer(token);
        opened
            .map(Cow::into_owned)
            .map_err(|error| fault(py, &error))
    }

    /// The value of the session cookie of a token, as it stands in a header.
    fn sign(&self, token: &str) -> String {
        self.signed.sign(token)
    }

    /// The cookie cache beside the session cookie of that name and token; `None` where there is none, or none any more.
    ///
    /// Raises `SessionFault` where it is not signed, or is of another session.
    #[pyo3(signature = (headers, name, token, now = None))]
    fn cached(
        &self,
        py: Python<'_>,
        headers: &Bound<'_, PyAny>,
        name: &str,
        token: &str,
        now: Option<u64>,
    ) -> PyResult<Option<CachedSession>> {
        let known = self.names.iter().find(|(known, _)| known == name);
        let Some((_, Some(cache))) = known else {
            return Ok(None);
        };
        let lines = cookie_lines(headers)?;
        let read = CookieHeader::parse(texts(&lines).iter().map(String::as_str))
            .and_then(|cookies| cookies.joined(cache))
            .and_then(|value| {
                let now = UNIX_EPOCH + Duration::from_secs(wall(now).unix());
                self.cache.read(&value, token, now)
            });
        match read {
            Ok(cached) => Ok(Some(CachedSession {
                session: cached.session().json().to_owned(),
                user: cached.user().json().to_owned(),
                updated_at: cached.updated_at().map(seconds),
                expires_at: seconds(cached.expires_at()),
            })),
            Err(
                Error::CookieMissing { .. } | Error::CookieOtherPrefix { .. } | Error::CacheExpired,
            ) => Ok(None),
            Err(error) => Err(fault(py, &error)),
        }
    }
}

impl SessionCookies {
    fn read(&self, lines: &[Bound<'_, PyBytes>]) -> Result<Option<(&str, String)>, Error> {
        let texts = texts(lines);
        let cookies = CookieHeader::parse(texts.iter().map(String::as_str))?;
        let mut found = None;
        for (name, _) in &self.names {
            match cookies.one(name) {
                Ok(_) if found.is_some() => {
                    let name = name.clone();
                    return Err(Error::CookieAmbiguous { name });
                }
                Ok(value) => found = Some((name.as_str(), value)),
                Err(Error::CookieMissing { .. } | Error::CookieOtherPrefix { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let Some((name, value)) = found else {
            return Ok(None);
        };
        Ok(Some((name, self.signed.open(&value)?.to_owned())))
    }
}

/// What stands before the names that count.
fn prefixes(secure: bool) -> impl Iterator<Item = &'static str> {
    [SECURE, ""].into_iter().take(if secure { 1 } else { 2 })
}

/// The `cookie` lines among the headers of a scope, whose names are in lower case.
fn cookie_lines<'py>(headers: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyBytes>>> {
    let mut lines = Vec::new();
    for header in headers.try_iter()? {
        // A pair is a tuple or a list, as the server has it.
        let header = header?;
        let name = header.get_item(0)?.cast_into::<PyBytes>()?;
        if name.as_bytes() == b"cookie" {
            lines.push(header.get_item(1)?.cast_into::<PyBytes>()?);
        }
    }
    Ok(lines)
}

/// Bytes that are no UTF-8 stay, as a character that no cookie of Better Auth has: other cookies of the line count all the same.
fn texts(lines: &[Bound<'_, PyBytes>]) -> Vec<String> {
    let lossy = |line: &Bound<'_, PyBytes>| String::from_utf8_lossy(line.as_bytes()).into_owned();
    lines.iter().map(lossy).collect()
}

fn seconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

fn fault(py: Python<'_>, error: &Error) -> PyErr {
    let exception = SessionFault::new_err(error.to_string());
    let filled = exception.value(py).setattr("code", error.code());
    filled.map_or_else(|fault| fault, |()| exception)
}
