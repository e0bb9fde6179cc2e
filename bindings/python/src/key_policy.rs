//! When an issuer's key set is fetched.

use std::sync::{Mutex, MutexGuard, PoisonError};

use betroth_token::{KeyPolicySettings, Refusal};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::clock::steady;
use crate::keys::{Keys, named};
use crate::refusal::exception;

/// The keys of one issuer as they come, grow old and are replaced; threads may share it.
///
/// `now` is in whole seconds of any clock that does not go back; where it is `None`, of one of its own.
#[pyclass(frozen, module = "betroth")]
pub(crate) struct KeyPolicy(Mutex<betroth_token::KeyPolicy>);

/// The order to fetch the key set once. It is given back with `KeyPolicy.fetched` or `KeyPolicy.failed`, once.
#[pyclass(frozen, module = "betroth")]
pub(crate) struct Fetch {
    order: Mutex<Option<betroth_token::Fetch>>,
    /// In how many seconds from its giving the fetch must have ended.
    #[pyo3(get)]
    timeout: u64,
}

/// What a host does before it can verify a token.
#[pyclass(frozen, get_all, module = "betroth")]
pub(crate) struct Ask {
    /// The fetch to make; `None` where somebody fetches already.
    fetch: Option<Py<Fetch>>,
    /// Whether the token waits for the fetch. Otherwise the keys that are held serve meanwhile.
    waits: bool,
    /// In how many seconds the fetch has ended at the latest.
    timeout: u64,
}

impl KeyPolicy {
    /// The policy is whole at every step, so one that a thread left in a panic can be used.
    fn lock(&self) -> MutexGuard<'_, betroth_token::KeyPolicy> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl KeyPolicy {
    /// No keys yet; those of `algorithms` will be accepted. Times are in seconds.
    #[new]
    #[pyo3(signature = (algorithms, *, time_to_live = None, greatest_age = None, fetch_timeout = None, fetch_burst = None, fetch_interval = None))]
    fn new(
        algorithms: Vec<String>,
        time_to_live: Option<u64>,
        greatest_age: Option<u64>,
        fetch_timeout: Option<u64>,
        fetch_burst: Option<u32>,
        fetch_interval: Option<u64>,
    ) -> PyResult<Self> {
        let default = KeyPolicySettings::default();
        let settings = KeyPolicySettings {
            time_to_live: time_to_live.unwrap_or(default.time_to_live),
            greatest_age: greatest_age.unwrap_or(default.greatest_age),
            fetch_timeout: fetch_timeout.unwrap_or(default.fetch_timeout),
            fetch_burst: fetch_burst.unwrap_or(default.fetch_burst),
            fetch_interval: fetch_interval.unwrap_or(default.fetch_interval),
            ..default
        };
        let policy = betroth_token::KeyPolicy::new(&named(&algorithms)?, settings);
        Ok(Self(Mutex::new(policy)))
    }

    /// The keys that are held, for `Verifier.with_keys`.
    #[getter]
    fn keys(&self) -> Keys {
        Keys(self.lock().keys().clone())
    }

    /// What to do for a token: nothing where it is `None`, for the keys that are held serve.
    ///
    /// Raises `Refusal` where it is refused whatever the keys are, where its key is unknown, and, with `retry_after`,
    /// where that cannot be told now.
    #[pyo3(signature = (token, now = None))]
    fn look_for(&self, py: Python<'_>, token: &str, now: Option<u64>) -> PyResult<Option<Ask>> {
        let now = steady(now);
        let asked = self.lock().look_for(token, now);
        match asked {
            Ok(ask) => told(py, ask, now),
            Err(refusal) => Err(exception(py, &refusal, None)),
        }
    }

    /// What to do so that there are keys, before any token has come.
    #[pyo3(signature = (now = None))]
    pub(crate) fn look(&self, py: Python<'_>, now: Option<u64>) -> PyResult<Option<Ask>> {
        let now = steady(now);
        let ask = self.lock().look(None, now);
        told(py, ask, now)
    }

    /// Takes what a fetch brought, and says whether it was taken: not after its deadline.
    ///
    /// `jitter` is any random number: it spreads the next fetches of hosts that began together.
    #[pyo3(signature = (fetch, keys, jitter, now = None))]
    fn fetched(&self, fetch: &Fetch, keys: &Keys, jitter: u64, now: Option<u64>) -> PyResult<bool> {
        let order = fetch.take()?;
        Ok(self
            .lock()
            .fetched(order, keys.0.clone(), steady(now), jitter))
    }

    /// A fetch brought nothing that is taken; `retry_after` is what its answer asked for, in seconds.
    #[pyo3(signature = (fetch, retry_after = None, now = None))]
    fn failed(&self, fetch: &Fetch, retry_after: Option<u64>, now: Option<u64>) -> PyResult<()> {
        let order = fetch.take()?;
        self.lock().failed(order, retry_after, steady(now));
        Ok(())
    }
}

impl Fetch {
    fn take(&self) -> PyResult<betroth_token::Fetch> {
        let mut order = self.order.lock().unwrap_or_else(PoisonError::into_inner);
        let says = "this fetch was given back already; each is given back once";
        order.take().ok_or_else(|| PyValueError::new_err(says))
    }
}

/// An answer of the policy at `now` as Python has it.
fn told(
    py: Python<'_>,
    ask: betroth_token::Ask,
    now: betroth_token::Timestamp,
) -> PyResult<Option<Ask>> {
    use betroth_token::Ask as Told;
    let left = |until: betroth_token::Timestamp| until.unix().saturating_sub(now.unix()).max(1);
    let order = |fetch: betroth_token::Fetch, waits| {
        let timeout = left(fetch.deadline());
        let order = Mutex::new(Some(fetch));
        let fetch = Some(Py::new(py, Fetch { order, timeout })?);
        Ok(Some(Ask {
            fetch,
            waits,
            timeout,
        }))
    };
    match ask {
        Told::Use => Ok(None),
        Told::Refresh(fetch) => order(fetch, false),
        Told::Fetch(fetch) => order(fetch, true),
        Told::Wait { until } => Ok(Some(Ask {
            fetch: None,
            waits: true,
            timeout: left(until),
        })),
        Told::Unavailable { retry_after } => {
            Err(exception(py, &Refusal::KeysUnavailable, Some(retry_after)))
        }
        Told::Unknown => Err(exception(py, &Refusal::KeyUnknown, None)),
    }
}
