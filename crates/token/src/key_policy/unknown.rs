use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use crate::time::Timestamp;

/// The `kid`s that were asked for and are in no set: a bounded memory, oldest first.
#[derive(Debug)]
pub(super) struct UnknownKids {
    greatest: usize,
    lifetime: u64,
    /// For each, the number of the fetch that tells whether it exists.
    decisive: HashMap<Arc<str>, u64>,
    /// In the order in which they were first asked for, which is that in which they are forgotten.
    asked: VecDeque<(Timestamp, Arc<str>)>,
}

impl UnknownKids {
    pub(super) fn new(greatest: usize, lifetime: u64) -> Self {
        Self {
            greatest: greatest.max(1),
            lifetime: lifetime.max(1),
            decisive: HashMap::new(),
            asked: VecDeque::new(),
        }
    }

    /// The number of the fetch that tells whether `kid` exists: `next` where it is asked for the first time.
    pub(super) fn decisive_fetch(&mut self, kid: &str, next: u64, now: Timestamp) -> u64 {
        self.forget(now);
        if let Some(fetch) = self.decisive.get(kid) {
            return *fetch;
        }
        if self.asked.len() >= self.greatest {
            self.forget_oldest();
        }
        let kid: Arc<str> = kid.into();
        self.decisive.insert(kid.clone(), next);
        self.asked.push_back((now, kid));
        next
    }

    fn forget(&mut self, now: Timestamp) {
        while let Some((asked, _)) = self.asked.front()
            && now >= asked.plus(self.lifetime)
        {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some((_, kid)) = self.asked.pop_front() {
            self.decisive.remove(&kid);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Timestamp {
        Timestamp::from_unix(seconds)
    }

    #[test]
    fn no_more_are_kept_than_the_bound() {
        let mut kids = UnknownKids::new(3, 60);
        for number in 0..10 {
            kids.decisive_fetch(&number.to_string(), number, at(number));
            assert!(kids.asked.len() <= 3);
            assert_eq!(kids.asked.len(), kids.decisive.len());
        }
        assert_eq!(kids.decisive_fetch("7", 99, at(10)), 7);
        assert_eq!(kids.decisive_fetch("6", 99, at(10)), 99, "it was forgotten");
    }

    #[test]
    fn one_is_forgotten_when_its_time_is_over_though_it_is_asked_again() {
        let mut kids = UnknownKids::new(3, 60);
        assert_eq!(kids.decisive_fetch("a", 1, at(100)), 1);
        assert_eq!(kids.decisive_fetch("a", 2, at(159)), 1);
        assert_eq!(kids.decisive_fetch("a", 3, at(160)), 3);
    }
}
