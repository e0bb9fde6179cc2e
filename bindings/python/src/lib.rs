//! `betroth._betroth`: the core of the Python package.
//!
//! Each class is a thin coat of one type of `betroth-token`, `betroth-contract` or `betroth-better-auth`; what it says of a
//! token is what the Rust one says. Nothing here reads a file or the network: those are Python's, see `betroth.fastapi`.
//!
//! *To add a class*, add its file, its line in [`_betroth`], and its stub in `python/betroth/_betroth.pyi`.

mod clock;
mod contract;
mod duration;
mod failure_limit;
mod key_policy;
mod keys;
mod refusal;
mod session_cookies;
mod signer;
mod verified;
mod verified_cache;
mod verifier;

use pyo3::prelude::*;

/// The core of the Python package, in Rust.
#[pymodule(gil_used = true)]
mod _betroth {
    #[pymodule_export]
    use crate::clock::{clock_now, move_clock};
    #[pymodule_export]
    use crate::contract::{Contract, ContractError, Route, Session};
    #[pymodule_export]
    use crate::duration::seconds_of;
    #[pymodule_export]
    use crate::failure_limit::FailureLimit;
    #[pymodule_export]
    use crate::key_policy::{Ask, Fetch, KeyPolicy};
    #[pymodule_export]
    use crate::keys::{KeyFault, Keys};
    #[pymodule_export]
    use crate::refusal::Refusal;
    #[pymodule_export]
    use crate::session_cookies::{CachedSession, SessionCookies, SessionFault};
    #[pymodule_export]
    use crate::signer::Signer;
    #[pymodule_export]
    use crate::verified::Verified;
    #[pymodule_export]
    use crate::verified_cache::VerifiedCache;
    #[pymodule_export]
    use crate::verifier::{Verifier, VerifierFault};

    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}
