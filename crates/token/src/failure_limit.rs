//! How many tokens an address may try in vain.

use std::collections::HashMap;
use std::net::IpAddr;

use betroth_contract::value::Rate;

use crate::time::Timestamp;

/// Counts refused tokens by the address that they came from, within a bound of memory. A host asks
/// [`Self::retry_after`] before it verifies, and says what came of it with [`Self::failed`].
///
/// Only the address counts: a `kid` or a subject is whatever a stranger writes, and could shut out others. An IPv6
/// address counts by its first 64 bits, of which a customer has at least the rest, and an IPv4 address is one however
/// it is written. Which address a request came from is the host's to say, through proxies that it knows.
///
/// The allowance fills up evenly: with 20 a minute, one more after each 3 seconds, and never more than 20 at once.
///
/// Who fails from many addresses shuts nobody out by it: where they are more than are counted, some are forgotten, which
/// can only let one of them try again. Those go first that have failed least, so an address that used up its allowance
/// is forgotten only after half as many others as are counted have used up theirs, and their owner could as well have
/// gone on from one of those.
///
/// Beside it belongs a [`VerifiedCache`](crate::VerifiedCache): who shares an address with an attacker goes on with a
/// token that was accepted before.
#[derive(Debug)]
pub struct FailureLimit {
    count: u64,
    seconds: u64,
    addresses: usize,
    /// Until when each address has used up its allowance, one after the other, in units of 1/`count` seconds.
    used: HashMap<IpAddr, u64>,
}

/// How many addresses are counted by default: some megabytes.
const ADDRESSES: usize = 65_536;

impl FailureLimit {
    /// As many failures as `rate` says, for each address.
    pub fn new(rate: Rate) -> Self {
        Self::with_addresses(rate, ADDRESSES)
    }

    /// The same for at most that many addresses at a time. Beyond that those go that have failed least: each of them is
    /// then as one that has not failed.
    pub fn with_addresses(rate: Rate, addresses: usize) -> Self {
        Self {
            count: u64::from(rate.count.get()),
            seconds: rate.per.seconds(),
            addresses: addresses.max(1),
            used: HashMap::new(),
        }
    }

    /// In how many seconds the next token of this address is verified, at least 1; `None` where it is at once.
    pub fn retry_after(&self, address: IpAddr, now: Timestamp) -> Option<u64> {
        let used = *self.used.get(&counted(address))?;
        let beyond = used.saturating_sub(self.units(now));
        // One failure takes `seconds` units, and as many as `count` fit.
        let room = (self.count - 1).saturating_mul(self.seconds);
        let missing = beyond.checked_sub(room).filter(|it| *it > 0)?;
        Some(missing.div_ceil(self.count))
    }

    /// How many failures of this address count at `now`: those that its allowance has not been given back for.
    pub fn failures(&self, address: IpAddr, now: Timestamp) -> u64 {
        let used = self.used.get(&counted(address)).copied().unwrap_or(0);
        used.saturating_sub(self.units(now)).div_ceil(self.seconds)
    }

    /// A token of this address was refused. Says whether that used up its allowance, which it had something of until then.
    pub fn failed(&mut self, address: IpAddr, now: Timestamp) -> bool {
        let had_some = self.retry_after(address, now).is_none();
        self.count(counted(address), self.units(now));
        had_some && self.retry_after(address, now).is_some()
    }

    fn count(&mut self, address: IpAddr, now: u64) {
        if self.used.len() >= self.addresses && !self.used.contains_key(&address) {
            self.make_room(now);
        }
        let greatest = now.saturating_add(self.count.saturating_mul(self.seconds));
        let used = self.used.entry(address).or_insert(now);
        *used = (*used).max(now).saturating_add(self.seconds).min(greatest);
    }

    /// How many addresses are counted.
    pub fn len(&self) -> usize {
        self.used.len()
    }

    /// Whether no address is counted.
    pub fn is_empty(&self) -> bool {
        self.used.is_empty()
    }

    fn units(&self, now: Timestamp) -> u64 {
        now.unix().saturating_mul(self.count)
    }

    /// Forgets who has its whole allowance again, and if that is not enough, the half that has used least: so that the
    /// work of it is small for each failure that led to it.
    fn make_room(&mut self, now: u64) {
        self.used.retain(|_, used| *used > now);
        if self.used.len() < self.addresses {
            return;
        }
        let mut all: Vec<u64> = self.used.values().copied().collect();
        let middle = all.len() / 2;
        let (_, median, _) = all.select_nth_unstable(middle);
        let median = *median;
        let mut equal = middle + 1 - self.used.values().filter(|used| **used < median).count();
        self.used.retain(|_, used| {
            let goes = *used < median || *used == median && equal > 0;
            equal -= usize::from(goes && *used == median);
            !goes
        });
    }
}

fn counted(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = u128::from(address) >> 64 << 64;
            IpAddr::V6(network.into())
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn limit(rate: &str) -> FailureLimit {
        FailureLimit::new(rate.parse().unwrap())
    }

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_unix(1_800_000_000 + seconds)
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// How many tokens in vain an address gets through at one moment.
    fn tries(limit: &mut FailureLimit, address: IpAddr, now: Timestamp) -> usize {
        (0..1000)
            .take_while(|_| {
                let free = limit.retry_after(address, now).is_none();
                if free {
                    limit.failed(address, now);
                }
                free
            })
            .count()
    }

    #[test]
    fn an_address_has_its_allowance_at_once_and_then_evenly() {
        let (mut limit, ada) = (limit("20/min"), address("192.0.2.1"));
        assert_eq!(tries(&mut limit, ada, at(0)), 20);
        assert_eq!(limit.retry_after(ada, at(0)), Some(3));
        assert_eq!(limit.retry_after(ada, at(2)), Some(1));
        assert_eq!(tries(&mut limit, ada, at(3)), 1);
        assert_eq!(tries(&mut limit, ada, at(33)), 10);
        assert_eq!(tries(&mut limit, ada, at(1_000)), 20);
    }

    #[test]
    fn it_is_said_once_that_an_allowance_is_used_up() {
        let (mut limit, ada) = (limit("3/min"), address("192.0.2.1"));
        let said = [at(0); 5].map(|now| (limit.failed(ada, now), limit.failures(ada, now)));
        assert_eq!(
            said,
            [(false, 1), (false, 2), (true, 3), (false, 3), (false, 3)]
        );
        assert_eq!(limit.failures(ada, at(20)), 2);
        assert!(limit.failed(ada, at(20)));
        assert_eq!(limit.failures(ada, at(1_000)), 0);
        assert_eq!(limit.failures(address("192.0.2.2"), at(0)), 0);
    }

    #[test]
    fn failures_beyond_the_limit_shut_nobody_out_for_longer() {
        let (mut limit, ada) = (limit("20/min"), address("192.0.2.1"));
        for _ in 0..100_000 {
            limit.failed(ada, at(0));
        }
        assert_eq!(limit.retry_after(ada, at(0)), Some(3));
    }

    #[test]
    fn one_address_does_not_count_for_another() {
        let mut limit = limit("2/s");
        for (one, same, other) in [
            ("192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2"),
            ("2001:db8::1", "2001:db8::ffff:1:2:3", "2001:db8:0:1::1"),
        ] {
            assert_eq!(tries(&mut limit, address(one), at(0)), 2);
            assert_eq!(tries(&mut limit, address(same), at(0)), 0);
            assert_eq!(tries(&mut limit, address(other), at(0)), 2);
        }
    }

    #[test]
    fn a_clock_that_goes_back_or_far_ahead_breaks_nothing() {
        let (mut limit, ada) = (limit("20/min"), address("192.0.2.1"));
        assert_eq!(tries(&mut limit, ada, at(1_000)), 20);
        assert_eq!(tries(&mut limit, ada, at(0)), 0);
        let end = Timestamp::from_unix(u64::MAX);
        assert!(limit.retry_after(ada, end).is_none());
        limit.failed(ada, end);
    }

    proptest! {
        #[test]
        fn memory_is_bounded_and_who_failed_most_is_remembered(
            failures in proptest::collection::vec((0_u32..300, 0_u64..2), 0..600),
        ) {
            let mut seconds = 0;
            let mut limit = FailureLimit::with_addresses("5/min".parse().unwrap(), 16);
            let attacker = address("203.0.113.9");
            for (number, passed) in failures {
                seconds += passed;
                for _ in 0..5 {
                    limit.failed(attacker, at(seconds));
                }
                limit.failed(IpAddr::V4((0x0A00_0000 + number).into()), at(seconds));
                prop_assert!(limit.len() <= 16);
                prop_assert!(limit.retry_after(attacker, at(seconds)).is_some());
            }
        }
    }
}
