//! The verifier.

use std::collections::HashMap;
use std::sync::Arc;

use betroth_contract::Algorithm;
use betroth_token::ClaimNames;
use pyo3::create_exception;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::clock::wall;
use crate::contract::Contract;
use crate::keys::Keys;
use crate::refusal::exception;
use crate::verified::Verified;

create_exception!(
    betroth._betroth,
    VerifierFault,
    PyValueError,
    "There can be no such verifier; the text says what to change."
);

/// Accepts the tokens of one issuer for one audience, or for one of several.
#[pyclass(frozen, module = "betroth")]
pub(crate) struct Verifier(pub(crate) betroth_token::Verifier);

#[pymethods]
impl Verifier {
    /// A verifier for tokens of `issuer` (`iss`, byte for byte) for `audience`: one text, or several of which `aud`
    /// must name one.
    #[new]
    #[pyo3(signature = (issuer, audience, keys, *, leeway = 30, max_age = None, types = None, required = None, claims = None))]
    #[expect(clippy::too_many_arguments, reason = "they have names in Python")]
    fn new(
        issuer: &str,
        audience: Audience,
        keys: &Keys,
        leeway: u64,
        max_age: Option<u64>,
        types: Option<Vec<String>>,
        required: Option<Vec<String>>,
        claims: Option<HashMap<String, String>>,
    ) -> PyResult<Self> {
        let audiences = audience.into_vec();
        let (first, others) = match audiences.split_first() {
            Some((first, others)) => (first.as_str(), others),
            None => ("", &[][..]),
        };
        let mut builder = betroth_token::Verifier::builder(issuer, first).leeway(leeway);
        for other in others {
            builder = builder.or_audience(other);
        }
        if let Some(seconds) = max_age {
            builder = builder.max_age(seconds);
        }
        if let Some(types) = &types {
            builder = builder.types(types.iter().map(String::as_str));
        }
        if let Some(required) = &required {
            builder = builder.required(required.iter().map(String::as_str));
        }
        if let Some(claims) = claims {
            builder = builder.names(names(claims)?);
        }
        let verifier = builder.build(keys.0.clone());
        verifier
            .map(Self)
            .map_err(|fault| VerifierFault::new_err(fault.to_string()))
    }

    /// The verifier of a contract for its API of that name. `keys` is the issuer's key set where the contract takes
    /// one; without it there is none yet.
    #[staticmethod]
    #[pyo3(signature = (contract, api = None, keys = None))]
    fn from_contract(
        contract: &Contract,
        api: Option<&str>,
        keys: Option<&Keys>,
    ) -> PyResult<Self> {
        let keys = match keys {
            Some(keys) => keys.0.clone(),
            None => betroth_token::KeySet::none(&contract.accepted()),
        };
        let api = contract.api(api)?;
        let verifier = betroth_token::Verifier::from_contract(contract.resolved(), api, keys);
        verifier.map(Self).map_err(|fault| contract.fault(fault))
    }

    /// The same rules with another state of the keys.
    fn with_keys(&self, keys: &Keys) -> Self {
        Self(self.0.with_keys(keys.0.clone()))
    }

    /// The keys that it holds.
    #[getter]
    fn keys(&self) -> Keys {
        Keys(self.0.keys().clone())
    }

    /// Verifies a token at `now`, in whole seconds since 1970; at the time of this machine where it is `None`.
    ///
    /// Raises `Refusal` with the first check that fails.
    #[pyo3(signature = (token, now = None))]
    fn verify(&self, py: Python<'_>, token: &str, now: Option<u64>) -> PyResult<Verified> {
        let now = wall(now);
        let verify = || self.0.verify(token, now);
        let verified = if is_slow(&self.0) {
            py.detach(verify)
        } else {
            verify()
        };
        match verified {
            Ok(verified) => Ok(Verified::new(Arc::new(verified))),
            Err(refusal) => Err(exception(py, &refusal, None)),
        }
    }
}

/// Whether a signature takes longer than it costs to let other threads run meanwhile: one of a public key does, by far.
pub(crate) fn is_slow(verifier: &betroth_token::Verifier) -> bool {
    let algorithms = verifier.keys().algorithms();
    algorithms
        .iter()
        .any(|it| matches!(it, Algorithm::Public(_)))
}

/// One text or several.
#[derive(FromPyObject)]
pub(crate) enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(audience) => vec![audience],
            Self::Several(audiences) => audiences,
        }
    }
}

/// Where a fact stands among the claims; what is not named stands where it does by default.
fn names(given: HashMap<String, String>) -> PyResult<ClaimNames> {
    let mut names = ClaimNames::default();
    for (fact, path) in given {
        let place = match fact.as_str() {
            "subject" => &mut names.subject,
            "email" => &mut names.email,
            "name" => &mut names.name,
            "roles" => &mut names.roles,
            "permissions" => &mut names.permissions,
            "scopes" => &mut names.scopes,
            "organization" => &mut names.organization,
            "session" => &mut names.session,
            "actor" => &mut names.actor,
            _ => {
                return Err(VerifierFault::new_err(format!(
                    "`claims` has no fact `{fact}`; it has `subject`, `email`, `name`, `roles`, `permissions`, `scopes`, \
                     `organization`, `session` and `actor`"
                )));
            }
        };
        *place = path.into();
    }
    Ok(names)
}
