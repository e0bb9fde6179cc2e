//! A token that passed every check.

use std::borrow::Cow;
use std::sync::Arc;

use betroth_token::Claims;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

/// A token that passed every check. Only a `Verifier` makes one.
///
/// A claim becomes an object of Python when it is asked for, and not before.
#[pyclass(frozen, module = "betroth")]
pub(crate) struct Verified {
    token: Arc<betroth_token::Verified<Claims>>,
    claims: PyOnceLock<Py<PyAny>>,
}

impl Verified {
    pub(crate) fn new(token: Arc<betroth_token::Verified<Claims>>) -> Self {
        Self {
            token,
            claims: PyOnceLock::new(),
        }
    }
}

#[pymethods]
impl Verified {
    /// Who the token speaks of.
    #[getter]
    fn subject(&self) -> Option<Cow<'_, str>> {
        self.token.subject()
    }

    /// `iss`
    #[getter]
    fn issuer(&self) -> Option<Cow<'_, str>> {
        self.token.issuer()
    }

    /// `aud`, one or several.
    #[getter]
    fn audience(&self) -> Vec<Cow<'_, str>> {
        self.token.audience()
    }

    /// `exp`, in seconds since 1970: from then on the token is over.
    #[getter]
    fn expires_at(&self) -> u64 {
        self.token.expires_at().unix()
    }

    /// `nbf`, in seconds since 1970.
    #[getter]
    fn not_before(&self) -> Option<u64> {
        self.token.not_before().map(betroth_token::Timestamp::unix)
    }

    /// `iat`, in seconds since 1970.
    #[getter]
    fn issued_at(&self) -> Option<u64> {
        self.token.issued_at().map(betroth_token::Timestamp::unix)
    }

    /// `jti`
    #[getter]
    fn token_id(&self) -> Option<Cow<'_, str>> {
        self.token.token_id()
    }

    /// The person's address.
    #[getter]
    fn email(&self) -> Option<Cow<'_, str>> {
        self.token.email()
    }

    /// The person's name.
    #[getter]
    fn name(&self) -> Option<Cow<'_, str>> {
        self.token.name()
    }

    /// The organization that the person acts in.
    #[getter]
    fn organization(&self) -> Option<Cow<'_, str>> {
        self.token.organization()
    }

    /// The session that the token was made from.
    #[getter]
    fn session(&self) -> Option<Cow<'_, str>> {
        self.token.session()
    }

    /// The roles: of a text, a list with commas, or an array.
    #[getter]
    fn roles(&self) -> Vec<Cow<'_, str>> {
        self.token.roles()
    }

    /// What the person may do, in the same forms as the roles.
    #[getter]
    fn permissions(&self) -> Vec<Cow<'_, str>> {
        self.token.permissions()
    }

    /// What the token may be used for.
    #[getter]
    fn scopes(&self) -> Vec<Cow<'_, str>> {
        self.token.scopes()
    }

    /// `sub` of who acts for the subject, if somebody does (RFC 8693 §4.1).
    #[getter]
    fn actor(&self) -> Option<Cow<'_, str>> {
        self.token.actor().and_then(betroth_token::Actor::subject)
    }

    /// The algorithm of the key that signed.
    #[getter]
    fn algorithm(&self) -> &'static str {
        self.token.algorithm().as_str()
    }

    /// The `kid` of the key that signed, where the key has one.
    #[getter]
    fn kid(&self) -> Option<&str> {
        self.token.kid()
    }

    /// Every claim, as `json.loads` reads it; the same object at every asking.
    #[getter]
    fn claims(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let read = || {
            let json = py.import("json")?;
            Ok::<_, PyErr>(
                json.call_method1("loads", (self.token.as_json(),))?
                    .unbind(),
            )
        };
        self.claims
            .get_or_try_init(py, read)
            .map(|claims| claims.clone_ref(py))
    }

    /// Every claim as JSON, byte for byte as it was signed.
    #[getter]
    fn json(&self) -> &str {
        self.token.as_json()
    }

    /// Claims are a person's: nothing of them is shown.
    #[expect(clippy::unused_self, reason = "Python calls it on an object")]
    fn __repr__(&self) -> &'static str {
        "<Verified>"
    }
}
