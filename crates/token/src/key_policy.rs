//! When an issuer's key set is fetched, and what is answered meanwhile: rules without I/O, which each host drives.

mod bucket;
mod settings;
mod unknown;

use betroth_contract::Algorithm;

pub use settings::KeyPolicySettings;

use crate::authenticity::Parts;
use crate::header::Header;
use crate::key::{KeySet, VerifyingKey, is_well_formed_kid};
use crate::refusal::Refusal;
use crate::time::Timestamp;
use bucket::Bucket;
use unknown::UnknownKids;

/// The keys of one issuer as they come, grow old and are replaced. Each issuer has its own, so that none blocks another.
///
/// For each token a host calls [`Self::look_for`], and does what [`Ask`] says. Whoever gets a [`Fetch`] fetches the set
/// by [`Fetch::deadline`] and hands it back with [`Self::fetched`] or [`Self::failed`]; no second one is given out
/// before that. Each fetch, for whatever reason, takes from one bucket, so no sequence of tokens causes more.
///
/// `now` is in seconds of any clock that does not go back; an earlier `now` counts as the latest one.
///
/// Where a set has a key without `kid`, any `kid` under its algorithm may be that key's: only age then leads to a fetch.
#[derive(Debug)]
pub struct KeyPolicy {
    settings: KeyPolicySettings,
    now: Timestamp,
    keys: KeySet,
    age: Option<Age>,
    /// When a fetch failed last.
    failed: Option<Timestamp>,
    /// The fetch under way.
    under_way: Option<UnderWay>,
    /// How many fetches have begun; the number of the latest.
    begun: u64,
    /// The number of the latest fetch that brought keys.
    brought: u64,
    bucket: Bucket,
    /// Until when the issuer wants no fetch.
    held: Timestamp,
    unknown: UnknownKids,
}

/// The times of a set, reckoned from the beginning of its fetch.
#[derive(Clone, Copy, Debug)]
struct Age {
    refresh: Timestamp,
    stale: Timestamp,
    end: Timestamp,
}

#[derive(Clone, Copy, Debug)]
struct UnderWay {
    began: Timestamp,
    deadline: Timestamp,
}

/// The order to fetch the key set once. It cannot be copied, and is given back with what came of it.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "nobody else fetches until it is given back or its deadline has passed"]
pub struct Fetch {
    number: u64,
    deadline: Timestamp,
}

impl Fetch {
    /// When the host must have ended the fetch. Afterwards it counts as failed, and what it brings is not taken.
    pub fn deadline(&self) -> Timestamp {
        self.deadline
    }
}

/// What a host does for a token.
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub enum Ask {
    /// Verify with the keys that are held.
    Use,
    /// Verify with the keys that are held, and fetch besides: nobody waits.
    Refresh(Fetch),
    /// Fetch, then look again.
    Fetch(Fetch),
    /// Somebody fetches: look again when that has ended, or after `until` at the latest.
    Wait {
        /// The deadline of the fetch.
        until: Timestamp,
    },
    /// Answer with [`Refusal::KeysUnavailable`]: whether there is a key cannot be told now.
    Unavailable {
        /// In how many seconds it may be told, at least 1: the `Retry-After` of the answer.
        retry_after: u64,
    },
    /// Answer with [`Refusal::KeyUnknown`]: a fetch that began after the `kid` was asked for brought no such key.
    Unknown,
}

impl KeyPolicy {
    /// No keys yet; those of `algorithms` will be accepted.
    pub fn new(algorithms: &[Algorithm], settings: KeyPolicySettings) -> Self {
        Self {
            now: Timestamp::from_unix(0),
            keys: KeySet::none(algorithms),
            age: None,
            failed: None,
            under_way: None,
            begun: 0,
            brought: 0,
            bucket: Bucket::new(settings.fetch_burst, settings.fetch_interval),
            held: Timestamp::from_unix(0),
            unknown: UnknownKids::new(settings.unknown_kids, settings.unknown_lifetime),
            settings,
        }
    }

    /// The keys that are held, for [`Verifier::with_keys`](crate::Verifier::with_keys); they change only in
    /// [`Self::fetched`], and are gone when they grew too old.
    pub fn keys(&self) -> &KeySet {
        &self.keys
    }

    /// What to do for `token`.
    ///
    /// # Errors
    /// It is refused whatever the keys are: its form, its header, an algorithm that is not accepted. None of these
    /// causes a fetch.
    pub fn look_for(&mut self, token: impl AsRef<[u8]>, now: Timestamp) -> Result<Ask, Refusal> {
        let parts = Parts::of(token.as_ref())?;
        let header = Header::parse(parts.header)?;
        if !self.keys.algorithms().contains(&header.algorithm) {
            return Err(Refusal::AlgorithmNotAccepted);
        }
        Ok(self.look_under(header.kid.as_deref(), Some(header.algorithm), now))
    }

    /// What to do for a token with this `kid`, of any algorithm. One that no issuer gives is unknown at once.
    pub fn look(&mut self, kid: Option<&str>, now: Timestamp) -> Ask {
        self.look_under(kid, None, now)
    }

    fn look_under(
        &mut self,
        kid: Option<&str>,
        algorithm: Option<Algorithm>,
        now: Timestamp,
    ) -> Ask {
        self.advance(now);
        if kid.is_some_and(|kid| !is_well_formed_kid(kid)) {
            return Ask::Unknown;
        }
        let may_be_any = |key: &VerifyingKey| {
            key.kid().is_none() && algorithm.is_none_or(|algorithm| algorithm == key.algorithm())
        };
        let fits = |key: &VerifyingKey| kid.is_none() || key.kid() == kid || may_be_any(key);
        match self.age {
            Some(age) if self.keys.keys().iter().any(fits) => self.look_with_key(age),
            _ => self.look_without_key(kid),
        }
    }

    fn look_with_key(&mut self, age: Age) -> Ask {
        // Stale keys serve only while the issuer fails; who comes after a long silence waits for fresh ones.
        let serves = self.now < age.stale || self.is_failing();
        match self.under_way {
            Some(_) if serves => Ask::Use,
            Some(fetch) => Ask::Wait {
                until: fetch.deadline,
            },
            None if self.now < age.refresh => Ask::Use,
            None => match self.begin() {
                Some(fetch) if serves => Ask::Refresh(fetch),
                Some(fetch) => Ask::Fetch(fetch),
                None => Ask::Use,
            },
        }
    }

    fn look_without_key(&mut self, kid: Option<&str>) -> Ask {
        if let Some(kid) = kid {
            // A fetch under way may have been answered before the key was published: the one after it decides.
            let decisive = self.unknown.decisive_fetch(kid, self.begun + 1, self.now);
            if decisive <= self.brought && !self.keys.keys().is_empty() {
                return Ask::Unknown;
            }
        }
        if let Some(fetch) = self.under_way {
            return Ask::Wait {
                until: fetch.deadline,
            };
        }
        match self.begin() {
            Some(fetch) => Ask::Fetch(fetch),
            None => Ask::Unavailable {
                retry_after: self.next_fetch().unix() - self.now.unix(),
            },
        }
    }

    /// Takes what a fetch brought, and says whether it was taken: not after its deadline.
    ///
    /// A set without keys is taken as well: the issuer has withdrawn them. `jitter` is any random number; it spreads the
    /// next fetches of hosts that began together.
    pub fn fetched(&mut self, fetch: Fetch, keys: KeySet, now: Timestamp, jitter: u64) -> bool {
        self.advance(now);
        let Some(UnderWay { began, .. }) = self.end(&fetch) else {
            return false;
        };
        let life = self.settings.time_to_live.max(1);
        let tenth = life / 10;
        self.age = Some(Age {
            refresh: began.plus(life - 3 * tenth + jitter % (2 * tenth + 1)),
            stale: began.plus(life),
            end: began.plus(self.settings.greatest_age.max(1)),
        });
        self.keys = keys;
        self.brought = fetch.number;
        self.advance(now);
        true
    }

    /// A fetch brought nothing that is taken: no answer, another status than 200, a redirect, a body that is too long
    /// or that [`KeySet::from_jwks`] refuses.
    ///
    /// `retry_after` is the answer's `Retry-After` or `X-Retry-After` in seconds, the longer where it has both.
    pub fn failed(&mut self, fetch: Fetch, retry_after: Option<u64>, now: Timestamp) {
        self.advance(now);
        if self.end(&fetch).is_none() {
            return;
        }
        self.failed = Some(self.now);
        let wait = retry_after.unwrap_or(0);
        self.held = self.now.plus(wait.min(self.settings.greatest_retry_after));
    }

    /// Lets what is over be over: a fetch that nobody gave back, keys that grew too old.
    fn advance(&mut self, now: Timestamp) {
        self.now = self.now.max(now);
        // In whole seconds, the deadline is past for certain only in the next one.
        if let Some(fetch) = self.under_way
            && self.now > fetch.deadline
        {
            self.under_way = None;
            self.failed = Some(fetch.deadline);
        }
        if let Some(age) = self.age
            && self.now >= age.end
        {
            self.age = None;
            self.keys = KeySet::none(self.keys.algorithms());
        }
    }

    /// The fetch under way, which has now ended, if it is this one.
    fn end(&mut self, fetch: &Fetch) -> Option<UnderWay> {
        self.under_way.take_if(|_| fetch.number == self.begun)
    }

    /// A fetch where none is under way, if another is allowed.
    fn begin(&mut self) -> Option<Fetch> {
        if self.now < self.next_fetch() {
            return None;
        }
        self.bucket.take(self.now);
        self.begun += 1;
        let deadline = self.now.plus(self.settings.fetch_timeout.max(1));
        self.under_way = Some(UnderWay {
            began: self.now,
            deadline,
        });
        Some(Fetch {
            number: self.begun,
            deadline,
        })
    }

    fn next_fetch(&self) -> Timestamp {
        self.bucket.next().max(self.held)
    }

    /// Whether a fetch failed lately: not longer ago than a set is fresh, so none that came later is stale yet.
    fn is_failing(&self) -> bool {
        let life = self.settings.time_to_live;
        self.failed.is_some_and(|at| self.now < at.plus(life))
    }
}
