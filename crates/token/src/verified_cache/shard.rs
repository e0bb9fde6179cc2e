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
    /// Where an entry stands in `entries`.
    places: HashTable<usize>,
    entries: Vec<Entry>,
    /// The next entry that goes, unless it was used: a clock, so that what is asked for often stays.
    hand: usize,
    bytes: usize,
    greatest: usize,
}

impl Shard {
    pub(super) fn new(greatest: usize) -> Self {
        Self {
            places: HashTable::new(),
            entries: Vec::new(),
            hand: 0,
            bytes: 0,
            greatest,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
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
        let entry = &mut self.entries[place];
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
        let place = self.entries.len();
        let entries = &self.entries;
        self.places
            .insert_unique(entry.hash, place, |place| entries[*place].hash);
        self.entries.push(entry);
    }

    pub(super) fn remove(&mut self, hash: u64, token: &[u8]) {
        if let Some(place) = self.place(hash, token) {
            self.remove_at(place);
        }
    }

    pub(super) fn retain(&mut self, keeps: impl Fn(&Verified<Claims>) -> bool) {
        // Backwards: the entry that takes the place of one that goes was asked already.
        for place in (0..self.entries.len()).rev() {
            if !keeps(&self.entries[place].verified) {
                self.remove_at(place);
            }
        }
    }

    fn place(&self, hash: u64, token: &[u8]) -> Option<usize> {
        let is_it = |place: &usize| **self.entries[*place].token == *token;
        self.places.find(hash, is_it).copied()
    }

    fn let_one_go(&mut self) {
        loop {
            if self.hand >= self.entries.len() {
                self.hand = 0;
            }
            let entry = &mut self.entries[self.hand];
            if !std::mem::take(&mut entry.used) {
                return self.remove_at(self.hand);
            }
            self.hand += 1;
        }
    }

    /// Takes an entry out; the last one takes its place.
    fn remove_at(&mut self, place: usize) {
        let last = self.entries.len() - 1;
        for (from, to) in [(place, None), (last, Some(place))] {
            let hash = self.entries[from].hash;
            if let Ok(mut slot) = self.places.find_entry(hash, |it| *it == from) {
                match to {
                    Some(to) => *slot.get_mut() = to,
                    None => drop(slot.remove()),
                }
            }
        }
        let entry = self.entries.swap_remove(place);
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
