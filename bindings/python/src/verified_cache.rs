//! Tokens that were verified already.

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::clock::wall;
use crate::key_policy::{Ask, KeyPolicy};
use crate::refusal::exception;
use crate::verified::Verified;
use crate::verifier::{Verifier, is_slow};

/// What a request is known by, or what must be done before that can be told.
#[derive(IntoPyObject)]
enum Found {
    Token(Verified),
    First(Ask),
}

/// Remembers accepted tokens, up to a number of bytes; threads may share it.
#[pyclass(frozen, module = "betroth")]
pub(crate) struct VerifiedCache(betroth_token::VerifiedCache);

#[pymethods]
impl VerifiedCache {
    /// Remembers nothing yet, and never more than about `bytes`.
    #[new]
    #[pyo3(signature = (bytes = 16_777_216))]
    fn new(bytes: usize) -> Self {
        Self(betroth_token::VerifiedCache::new(bytes))
    }

    /// What `verifier` says of the token at `now`, from memory where it has said it before.
    ///
    /// Raises `Refusal` as `Verifier.verify` does.
    #[pyo3(signature = (verifier, token, now = None))]
    fn verify(
        &self,
        py: Python<'_>,
        verifier: &Verifier,
        token: &str,
        now: Option<u64>,
    ) -> PyResult<Verified> {
        let now = wall(now);
        let verifier = &verifier.0;
        let verified = match self.0.find(verifier, token, now) {
            Some(found) => found,
            None if is_slow(verifier) => py.detach(|| self.0.verify(verifier, token, now)),
            None => self.0.verify(verifier, token, now),
        };
        match verified {
            Ok(verified) => Ok(Verified::new(verified)),
            Err(refusal) => Err(exception(py, &refusal, None)),
        }
    }

    /// The token as `verifier` accepted it before, where it is remembered and holds at `now`. Costs no signature.
    #[pyo3(signature = (verifier, token, now = None))]
    fn find(&self, verifier: &Verifier, token: &str, now: Option<u64>) -> Option<Verified> {
        let found = self.0.find(&verifier.0, token, wall(now))?;
        found.ok().map(Verified::new)
    }

    /// The same for the token of the only `Authorization: Bearer` (RFC 6750 §2.1) among the headers of an ASGI scope:
    /// what a request costs whose person is known already.
    ///
    /// Where `policy` has something to do first, that is what is given back, as by `KeyPolicy.look`; whoever has done it,
    /// and need not wait, asks again without `policy`. Raises `Refusal` as `KeyPolicy.look` does.
    #[pyo3(signature = (verifier, headers, policy = None, now = None))]
    fn find_bearer(
        &self,
        py: Python<'_>,
        verifier: &Verifier,
        headers: &Bound<'_, PyAny>,
        policy: Option<&KeyPolicy>,
        now: Option<u64>,
    ) -> PyResult<Option<Found>> {
        if let Some(ask) = policy.map_or(Ok(None), |policy| policy.look(py, None))? {
            return Ok(Some(Found::First(ask)));
        }
        let Some(value) = the_authorization(headers)? else {
            return Ok(None);
        };
        let token = match value.as_bytes().split_at_checked(BEARER.len()) {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case(BEARER) => token,
            _ => return Ok(None),
        };
        if token.len() > betroth_token::limits::TOKEN_BYTES {
            return Ok(None);
        }
        let found = self.0.find(&verifier.0, token, wall(now));
        let found = found.and_then(Result::ok);
        Ok(found.map(|token| Found::Token(Verified::new(token))))
    }

    /// Forgets the tokens that a key with this `kid` signed.
    fn forget_kid(&self, kid: &str) {
        self.0.forget_kid(kid);
    }

    /// Forgets the tokens of a session.
    fn forget_session(&self, session: &str) {
        self.0.forget_session(session);
    }

    /// Forgets the tokens that speak of a subject.
    fn forget_subject(&self, subject: &str) {
        self.0.forget_subject(subject);
    }

    /// Forgets everything.
    fn clear(&self) {
        self.0.clear();
    }

    /// How many bytes are used, about.
    #[getter]
    fn bytes(&self) -> usize {
        self.0.bytes()
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }
}

const BEARER: &[u8] = b"Bearer ";

/// The value of the only `authorization` among the headers of a scope, whose names are in lower case; `None` where there
/// are several, or none.
fn the_authorization<'py>(headers: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyBytes>>> {
    let mut only = None;
    for header in headers.try_iter()? {
        let (name, value): (Bound<'py, PyBytes>, Bound<'py, PyBytes>) = header?.extract()?;
        if name.as_bytes() == b"authorization" && only.replace(value).is_some() {
            return Ok(None);
        }
    }
    Ok(only)
}
