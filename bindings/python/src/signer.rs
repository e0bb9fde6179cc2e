//! What signs tokens: for the issuer of `betroth.testing`.

use betroth_contract::{Algorithm, PublicAlgorithm};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::keys::{named, refused, secret};

/// Signs with one key under one algorithm.
#[pyclass(frozen, module = "betroth._betroth")]
pub(crate) struct Signer(betroth_token::Signer);

#[pymethods]
impl Signer {
    /// A signer with a new key pair; its `kid` is the key's thumbprint (RFC 7638) where none is given.
    #[staticmethod]
    #[pyo3(signature = (algorithm = "EdDSA", *, kid = None, media_type = None))]
    fn generate(
        py: Python<'_>,
        algorithm: &str,
        kid: Option<&str>,
        media_type: Option<&str>,
    ) -> PyResult<Self> {
        let public = self::public(algorithm)?;
        // An RSA key takes long to find.
        let signer = py.detach(|| betroth_token::Signer::generate(public));
        dressed(py, signer, kid, media_type)
    }

    /// A signer with a secret that both sides hold.
    #[staticmethod]
    #[pyo3(signature = (secret, algorithm = "HS256", *, kid = None, media_type = None))]
    fn from_secret(
        py: Python<'_>,
        secret: &str,
        algorithm: &str,
        kid: Option<&str>,
        media_type: Option<&str>,
    ) -> PyResult<Self> {
        let signer = betroth_token::Signer::from_secret(secret, self::secret(algorithm)?);
        dressed(py, signer, kid, media_type)
    }

    /// A signer with a private key, in PEM.
    #[staticmethod]
    #[pyo3(signature = (pem, algorithm, *, kid = None, media_type = None))]
    fn from_pem(
        py: Python<'_>,
        pem: &str,
        algorithm: &str,
        kid: Option<&str>,
        media_type: Option<&str>,
    ) -> PyResult<Self> {
        let public = self::public(algorithm)?;
        dressed(
            py,
            betroth_token::Signer::from_pem(pem, public),
            kid,
            media_type,
        )
    }

    /// A token with `claims`, a JSON object. Times are the caller's to set.
    fn sign(&self, py: Python<'_>, claims: &str) -> PyResult<String> {
        let token = py.detach(|| self.0.sign(claims));
        token.map_err(|fault| PyValueError::new_err(fault.to_string()))
    }

    /// The private key in PEM; `None` of a secret.
    #[getter]
    fn pem(&self) -> Option<String> {
        self.0.to_pem().map(|pem| pem.as_str().to_owned())
    }

    /// The public key as a JWK; `None` of a secret.
    #[getter]
    fn jwk(&self) -> Option<String> {
        self.0.verifying_key().to_jwk()
    }

    /// The name of its key in the header of each token.
    #[getter]
    fn kid(&self) -> Option<&str> {
        self.0.verifying_key().kid()
    }

    /// Its algorithm by the name in JOSE.
    #[getter]
    fn algorithm(&self) -> &'static str {
        self.0.verifying_key().algorithm().as_str()
    }

    fn __repr__(&self) -> String {
        format!("<Signer: {}>", self.algorithm())
    }
}

/// The algorithm of that name, which must be one of key pairs.
fn public(algorithm: &str) -> PyResult<PublicAlgorithm> {
    match named(&[algorithm.to_owned()])?[0] {
        Algorithm::Public(public) => Ok(public),
        Algorithm::Secret(_) => {
            let says = format!("`{algorithm}` signs with a secret; use `from_secret`");
            Err(PyValueError::new_err(says))
        }
    }
}

/// A signer with this `kid` and this `typ`.
fn dressed(
    py: Python<'_>,
    signer: Result<betroth_token::Signer, betroth_token::KeyFault>,
    kid: Option<&str>,
    media_type: Option<&str>,
) -> PyResult<Signer> {
    let named = signer.and_then(|signer| match kid {
        Some(kid) => signer.with_kid(kid),
        None => Ok(signer),
    });
    let signer = named.map_err(|fault| refused(py, fault.to_string(), fault.code()))?;
    match media_type {
        None => Ok(Signer(signer)),
        Some(text) => match signer.with_type(text) {
            Some(signer) => Ok(Signer(signer)),
            None => Err(PyValueError::new_err(
                "`media_type` is no media type; write one as `at+jwt`",
            )),
        },
    }
}
