//! The time, where Python gives none.

use std::sync::OnceLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use betroth_token::Timestamp;

/// `now` in whole seconds since 1970, or the time of this machine.
#[expect(
    clippy::disallowed_methods,
    reason = "a host of the verifier is where its clock is"
)]
pub(crate) fn wall(now: Option<u64>) -> Timestamp {
    Timestamp::from_unix(now.unwrap_or_else(|| {
        // Before 1970 no token is valid, which is the safe answer of a clock that is not set.
        let elapsed = SystemTime::now().duration_since(UNIX_EPOCH);
        elapsed.map_or(0, |elapsed| elapsed.as_secs())
    }))
}

/// `now` in whole seconds, or the seconds since the first asking: a clock that never goes back.
pub(crate) fn steady(now: Option<u64>) -> Timestamp {
    static START: OnceLock<Instant> = OnceLock::new();
    let elapsed = || START.get_or_init(Instant::now).elapsed().as_secs();
    Timestamp::from_unix(now.unwrap_or_else(elapsed))
}
