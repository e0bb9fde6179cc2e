/// How long keys are held, and how often they may be fetched. Times are in seconds; those and the counts that would
/// mean "never" or "without bound" at 0 count as 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPolicySettings {
    /// How long a set is fresh, from the beginning of its fetch. It is fetched anew after 70 % to 90 % of it.
    pub time_to_live: u64,
    /// How old a set may grow while it cannot be fetched anew; then there are no keys.
    pub greatest_age: u64,
    /// How long a fetch may take; the host ends it by then.
    pub fetch_timeout: u64,
    /// How many fetches may follow each other at once.
    pub fetch_burst: u32,
    /// After how long another fetch is allowed.
    pub fetch_interval: u64,
    /// How much of a `Retry-After` is honoured: one answer must not stop fetching for days.
    pub greatest_retry_after: u64,
    /// How long a `kid` that was asked for in vain is refused without a fetch, from its first asking.
    pub unknown_lifetime: u64,
    /// How many such `kid`s are kept; beyond that the oldest is forgotten.
    pub unknown_kids: usize,
}

/// 5 minutes fresh, a day in an outage; at most 6 fetches in any minute, whatever is asked.
impl Default for KeyPolicySettings {
    fn default() -> Self {
        Self {
            time_to_live: 300,
            greatest_age: 24 * 60 * 60,
            fetch_timeout: 5,
            fetch_burst: 2,
            fetch_interval: 15,
            greatest_retry_after: 300,
            unknown_lifetime: 60,
            unknown_kids: 1000,
        }
    }
}
