//! What signatures are checked with.

use betroth_contract::{Algorithm, PublicAlgorithm, SecretAlgorithm};
use betroth_token::{KeySet, VerifierFault, VerifyingKey};
use pyo3::create_exception;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

create_exception!(
    betroth._betroth,
    KeyFault,
    PyValueError,
    "A key, a secret or a key set is not taken; `code` names why. Shows no part of it."
);

/// The keys of one issuer, and which algorithms are accepted.
#[pyclass(frozen, module = "betroth")]
pub(crate) struct Keys(pub(crate) KeySet);

#[pymethods]
impl Keys {
    /// The keys of a JWK set in JSON (RFC 7517 §5) that are for one of `algorithms`.
    #[staticmethod]
    fn from_jwks(py: Python<'_>, text: &str, algorithms: Vec<String>) -> PyResult<Self> {
        let keys = KeySet::from_jwks(text, &named(&algorithms)?);
        keys.map(Self)
            .map_err(|fault| refused(py, fault.to_string(), fault.code()))
    }

    /// One public key in PEM or as a JWK, or a JWK set, for one of `algorithms`.
    #[staticmethod]
    fn from_public_key(py: Python<'_>, text: &str, algorithms: Vec<String>) -> PyResult<Self> {
        let keys = KeySet::from_public_key(text, &public(&algorithms)?);
        keys.map(Self).map_err(|fault| match fault {
            VerifierFault::Key(fault) => {
                refused(py, format!("the public key {fault}"), fault.code())
            }
            VerifierFault::KeySet(fault) => refused(py, fault.to_string(), fault.code()),
            other => refused(py, other.to_string(), "key-unsound"),
        })
    }

    /// A secret that both sides hold: each can also sign.
    #[staticmethod]
    #[pyo3(signature = (secret, algorithm = "HS256"))]
    fn from_secret(py: Python<'_>, secret: &str, algorithm: &str) -> PyResult<Self> {
        let key = VerifyingKey::from_secret(secret, self::secret(algorithm)?)
            .map_err(|fault| refused(py, fault.to_string(), fault.code()))?;
        let keys = KeySet::new([key]);
        keys.map(Self)
            .map_err(|fault| refused(py, fault.to_string(), fault.code()))
    }

    /// No key yet: every token of `algorithms` is answered with *unavailable*.
    #[staticmethod]
    fn none(algorithms: Vec<String>) -> PyResult<Self> {
        Ok(Self(KeySet::none(&named(&algorithms)?)))
    }

    /// The accepted algorithms.
    #[getter]
    fn algorithms(&self) -> Vec<&'static str> {
        self.0.algorithms().iter().map(|it| it.as_str()).collect()
    }

    /// The `kid` of each key that is taken; `None` where it has none.
    #[getter]
    fn kids(&self) -> Vec<Option<&str>> {
        self.0.keys().iter().map(VerifyingKey::kid).collect()
    }

    /// Each key of a set that is not taken: its place from 0, its `kid`, its code, why.
    #[getter]
    fn refused(&self) -> Vec<(usize, Option<&str>, &'static str, String)> {
        let told = self.0.refused().iter().map(|key| {
            let fault = &key.fault;
            (
                key.position,
                key.kid.as_deref(),
                fault.code(),
                fault.to_string(),
            )
        });
        told.collect()
    }

    fn __len__(&self) -> usize {
        self.0.keys().len()
    }

    fn __repr__(&self) -> String {
        format!("<Keys: {}>", self.0.keys().len())
    }
}

pub(crate) fn refused(py: Python<'_>, text: String, code: &str) -> PyErr {
    let exception = KeyFault::new_err(text);
    let filled = exception.value(py).setattr("code", code);
    filled.map_or_else(|fault| fault, |()| exception)
}

/// Algorithms by their names in JOSE.
pub(crate) fn named(names: &[String]) -> PyResult<Vec<Algorithm>> {
    if names.is_empty() {
        let says =
            "no algorithm is accepted; name the one that the issuer signs with, as in `EdDSA`";
        return Err(KeyFault::new_err(says));
    }
    names.iter().map(|name| algorithm(name)).collect()
}

fn algorithm(name: &str) -> PyResult<Algorithm> {
    name.parse().map_err(|fault: betroth_contract::Fault| {
        KeyFault::new_err(format!("an algorithm {}; {}", fault.says, fault.help))
    })
}

fn public(names: &[String]) -> PyResult<Vec<PublicAlgorithm>> {
    let public = named(names)?.into_iter().map(|algorithm| match algorithm {
        Algorithm::Public(algorithm) => Ok(algorithm),
        Algorithm::Secret(secret) => Err(KeyFault::new_err(format!(
            "`{}` is that of a shared secret, and this is a public key",
            secret.as_str()
        ))),
    });
    public.collect()
}

pub(crate) fn secret(name: &str) -> PyResult<SecretAlgorithm> {
    match algorithm(name)? {
        Algorithm::Secret(algorithm) => Ok(algorithm),
        Algorithm::Public(_) => Err(KeyFault::new_err(format!(
            "`{name}` is that of a public key, and this is a secret; write `HS256`"
        ))),
    }
}
