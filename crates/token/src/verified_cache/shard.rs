use std::fmt;
use std::sync::Arc;

use hashbrown::HashTable;
use zeroize::Zeroizing;

use crate::claims::Claims;
use crate::key::VerifyingKey;
use crate::verifier::{Generation, Verified, Verifier};

/// A token that was accepted, and by what.
pub(super) struct Entry {
    hash: u64,
    token: Zeroizing<Box<[u8]>>,
    verified: Arc<Verified<Claims>>,
    /// The verifier, as it was asked last.
    generation: Generation,
    /// The key that signed.
    key: [u8; 32],
    /// Whether it was asked for since the hand passed.
    used: bool,
}

impl Entry {
    pub(super) fn new(
        hash: u64,
        token: &[u8],
        verified: &Arc<Verified<Claims>>,
        verifier: &Verifier,
        key: &VerifyingKey,
    ) -> Self {
        Self {
            hash,
            token: Zeroizing::new(token.into()),
            verified: verified.clone(),
            generation: verifier.generation().clone(),
            key: *key.fingerprint(),
            used: false,
        }
    }

    /// What it occupies, with its place, of which there are up to twice as many, and what an allocator adds to each of
    /// four pieces.
    fn bytes(&self) -> usize {
        const PLACE: usize = 2 * (size_of::<Entry>() + size_of::<usize>() + 1);
        const FIXED: usize = PLACE + size_of::<Verified<Claims>>() + 4 * 16;
        FIXED + self.token.len() + self.verified.heap_bytes()
    }
}

/// A part of the cache. Each begins on a cache line of its own, so that threads in different parts do not disturb each
/// other.
#[repr(align(128))]
pub(super) struct Shard {
    /// Where an entry stands in `slots`.
    places: HashTable<usize>,
    /// Each stays where it is, so that the hand meets them in the order of their age.
    slots: Vec<Option<Entry>>,
    /// Slots that hold nothing.
    free: Vec<usize>,
    /// The next entry that goes, unless it was used: a clock, so that what is asked for often stays.
    hand: usize,
    bytes: usize,
    greatest: usize,
}

impl Shard {
    pub(super) fn new(greatest: usize) -> Self {
        Self {
            places: HashTable::new(),
            slots: Vec::new(),
            free: Vec::new(),
            hand: 0,
            bytes: 0,
            greatest,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// What was verified, if `verifier` would verify it by the same rules with the same key.
    pub(super) fn get(
        &mut self,
        hash: u64,
        token: &[u8],
        verifier: &Verifier,
    ) -> Option<Arc<Verified<Claims>>> {
        let place = self.place(hash, token)?;
        let entry = self.slots[place].as_mut()?;
        let generation = verifier.generation();
        if entry.generation != *generation {
            let stays = verifier.has(entry.verified.kid(), &entry.key);
            if !stays || !entry.generation.has_rules_of(generation) {
                self.remove_at(place);
                return None;
            }
            entry.generation = generation.clone();
        }
        entry.used = true;
        Some(entry.verified.clone())
    }

    /// Keeps an entry, and lets others go for it.
    pub(super) fn insert(&mut self, entry: Entry) {
        if let Some(place) = self.place(entry.hash, &entry.token) {
            // Another thread was faster, or another verifier has asked.
            self.remove_at(place);
        }
        let bytes = entry.bytes();
        if bytes > self.greatest {
            return;
        }
        while self.bytes + bytes > self.greatest {
            self.let_one_go();
        }
        self.bytes += bytes;
        // The slot that was freed last: right behind the hand, which comes to it last.
        let place = self.free.pop().unwrap_or(self.slots.len());
        let slots = &self.slots;
        let hash_at = |place: &usize| slots[*place].as_ref().map_or(0, |it| it.hash);
        self.places.insert_unique(entry.hash, place, hash_at);
        match self.slots.get_mut(place) {
            Some(slot) => *slot = Some(entry),
            None => self.slots.push(Some(entry)),
        }
    }

    pub(super) fn remove(&mut self, hash: u64, token: &[u8]) {
        if let Some(place) = self.place(hash, token) {
            self.remove_at(place);
        }
    }

    pub(super) fn retain(&mut self, keeps: impl Fn(&Verified<Claims>) -> bool) {
        for place in 0..self.slots.len() {
            let entry = self.slots[place].as_ref();
            if entry.is_some_and(|entry| !keeps(&entry.verified)) {
                self.remove_at(place);
            }
        }
    }

    fn place(&self, hash: u64, token: &[u8]) -> Option<usize> {
        let is_it = |place: &usize| {
            let entry = self.slots[*place].as_ref();
            entry.is_some_and(|entry| **entry.token == *token)
        };
        self.places.find(hash, is_it).copied()
    }

    /// Of a part that holds something.
    fn let_one_go(&mut self) {
        loop {
            if self.hand >= self.slots.len() {
                self.hand = 0;
            }
            let place = self.hand;
            self.hand += 1;
            let entry = self.slots[place].as_mut();
            if entry.is_some_and(|entry| !std::mem::take(&mut entry.used)) {
                return self.remove_at(place);
            }
        }
    }

    fn remove_at(&mut self, place: usize) {
        let Some(entry) = self.slots[place].take() else {
            return;
        };
        if let Ok(found) = self.places.find_entry(entry.hash, |it| *it == place) {
            found.remove();
        }
        self.free.push(place);
        self.bytes -= entry.bytes();
    }
}

/// Shows no token.
impl fmt::Debug for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shard")
            .field("tokens", &self.len())
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}
