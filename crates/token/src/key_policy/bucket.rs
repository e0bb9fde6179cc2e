use crate::time::Timestamp;

/// A token bucket, held as the instant at which it is full again (the generic cell rate algorithm).
#[derive(Debug)]
pub(super) struct Bucket {
    interval: u64,
    /// How long an empty bucket takes until one may be taken, counted back from when it is full.
    tolerance: u64,
    full: Timestamp,
}

impl Bucket {
    /// A full one of `burst`, which gets another after each `interval` seconds.
    pub(super) fn new(burst: u32, interval: u64) -> Self {
        let interval = interval.max(1);
        Self {
            interval,
            tolerance: interval.saturating_mul(u64::from(burst.max(1)) - 1),
            full: Timestamp::from_unix(0),
        }
    }

    /// From when one may be taken.
    pub(super) fn next(&self) -> Timestamp {
        Timestamp::from_unix(self.full.unix().saturating_sub(self.tolerance))
    }

    /// Takes one, at an instant from [`Self::next`] on.
    pub(super) fn take(&mut self, now: Timestamp) {
        self.full = self.full.max(now).plus(self.interval);
    }
}
