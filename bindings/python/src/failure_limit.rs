//! How many tokens an address may try in vain.

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use betroth_contract::value::Rate;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::clock::steady;

/// Counts refused tokens by the address that they came from, within a bound of memory; threads may share it.
///
/// Beyond 65,536 addresses those are forgotten that have failed least. A text that is no address, as where a server
/// listens on a Unix socket, is not counted: it would count for everybody behind it.
///
/// `now` is in whole seconds of any clock that does not go back; where it is `None`, of one of its own.
#[pyclass(frozen, module = "betroth")]
pub(crate) struct FailureLimit(Mutex<betroth_token::FailureLimit>);

impl FailureLimit {
    /// A count is whole at every step, so one that a thread left in a panic can be used.
    fn lock(&self) -> MutexGuard<'_, betroth_token::FailureLimit> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl FailureLimit {
    /// As many failures for each address as `rate` says, in the words of the contract: `20/min`.
    ///
    /// Raises `ValueError` where that is no rate.
    #[new]
    fn new(rate: &str) -> PyResult<Self> {
        let rate: Result<Rate, _> = rate.parse();
        let rate = rate.map_err(|fault| {
            PyValueError::new_err(format!("the rate {}: {}", fault.says, fault.help))
        })?;
        Ok(Self(Mutex::new(betroth_token::FailureLimit::new(rate))))
    }

    /// In how many seconds the next token of this address is verified, at least 1; `None` where it is at once.
    #[pyo3(signature = (address, now = None))]
    fn retry_after(&self, address: &str, now: Option<u64>) -> Option<u64> {
        let address: IpAddr = address.parse().ok()?;
        self.lock().retry_after(address, steady(now))
    }

    /// A token of this address was refused. Says whether that used up its allowance.
    #[pyo3(signature = (address, now = None))]
    fn failed(&self, address: &str, now: Option<u64>) -> bool {
        let address: Result<IpAddr, _> = address.parse();
        address.is_ok_and(|address| self.lock().failed(address, steady(now)))
    }

    /// How many failures of this address count at `now`.
    #[pyo3(signature = (address, now = None))]
    fn failures(&self, address: &str, now: Option<u64>) -> u64 {
        let address: Result<IpAddr, _> = address.parse();
        address.map_or(0, |address| self.lock().failures(address, steady(now)))
    }

    /// Whether no address is counted, so that none is worth looking for.
    #[getter]
    fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }
}
