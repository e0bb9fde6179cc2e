//! Tokens that were verified already: the same one comes with every request of a person.

mod shard;

use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::quality::RandomState;

use crate::claims::Claims;
use crate::refusal::Refusal;
use crate::time::Timestamp;
use crate::verifier::{Verified, Verifier};
use shard::{Entry, Shard};

/// Remembers accepted tokens, up to a number of bytes. It is shared by threads, and a token that it has costs no
/// signature and no memory.
///
/// A token is found by all of its bytes, and each time asked anew whether it holds at that time: it ends at `exp` as
/// without the cache. One is answered only by a verifier with the same rules that still has the key that signed it. So
/// nothing is accepted that [`Verifier::verify`] would refuse at that moment, and what is stale is only what is stale
/// there too: the set of keys, see [`KeyPolicy`](crate::KeyPolicy), for at most
/// [`time_to_live`](crate::KeyPolicySettings::time_to_live), and
/// [`greatest_age`](crate::KeyPolicySettings::greatest_age) in an outage of the issuer.
///
/// What ends a token before its time, a session that was ended, say, is not in the token. A host that knows of such
/// ends asks that of every token, remembered or not; to forget one here frees its memory, and does not refuse it.
///
/// Refusals are not kept: anybody can make as many as he likes.
#[derive(Debug)]
pub struct VerifiedCache {
    shards: Box<[Mutex<Shard>]>,
    hasher: RandomState,
    /// How often something was forgotten: what was being verified meanwhile is not kept.
    forgotten: AtomicU64,
}

/// The most parts, each with a lock of its own, so that threads seldom wait for each other.
const SHARDS: usize = 64;

/// The fewest bytes of a part: a few of the longest tokens.
const SHARD_BYTES: usize = 64 * 1024;

impl VerifiedCache {
    /// Remembers nothing yet, and never more than about `bytes`: tokens, claims, and what finds them. With fewer than
    /// 64 KiB, long tokens are not remembered.
    pub fn new(bytes: usize) -> Self {
        let wanted = (bytes / SHARD_BYTES).clamp(1, SHARDS);
        // A power of two, not above what is wanted.
        let count = 1 << wanted.ilog2();
        let shards = (0..count).map(|_| Mutex::new(Shard::new(bytes / count)));
        Self {
            shards: shards.collect(),
            hasher: RandomState::default(),
            forgotten: AtomicU64::new(0),
        }
    }

    /// What `verifier` says of the token at `now`, from memory where it has said it before.
    ///
    /// # Errors
    /// As of [`Verifier::verify`].
    pub fn verify(
        &self,
        verifier: &Verifier,
        token: impl AsRef<[u8]>,
        now: Timestamp,
    ) -> Result<Arc<Verified<Claims>>, Refusal> {
        let token = token.as_ref();
        if let Some(found) = self.find(verifier, token, now) {
            return found;
        }
        let hash = self.hasher.hash_one(token);
        let forgotten = self.forgotten.load(Ordering::SeqCst);
        let (verified, key) = verifier.verify_by(token, now)?;
        let verified = Arc::new(verified);
        let entry = Entry::new(hash, token, &verified, verifier, key);
        let mut shard = self.shard(hash);
        if self.forgotten.load(Ordering::SeqCst) == forgotten {
            shard.insert(entry);
        }
        Ok(verified)
    }

    /// What `verifier` says of the token at `now`, where it has accepted it before; it costs no signature.
    ///
    /// `None` where it is not remembered. A refusal tells that its time is over.
    pub fn find(
        &self,
        verifier: &Verifier,
        token: impl AsRef<[u8]>,
        now: Timestamp,
    ) -> Option<Result<Arc<Verified<Claims>>, Refusal>> {
        let token = token.as_ref();
        let hash = self.hasher.hash_one(token);
        let verified = self.shard(hash).get(hash, token, verifier)?;
        Some(match verifier.check_times(&verified, now) {
            Ok(()) => Ok(verified),
            Err(refusal) => {
                self.shard(hash).remove(hash, token);
                Err(refusal)
            }
        })
    }

    /// Forgets the tokens that a key with this `kid` signed.
    pub fn forget_kid(&self, kid: &str) {
        self.forget(|verified| verified.kid() == Some(kid));
    }

    /// Forgets the tokens of a session.
    pub fn forget_session(&self, session: &str) {
        self.forget(|verified| verified.session().as_deref() == Some(session));
    }

    /// Forgets the tokens that speak of a subject.
    pub fn forget_subject(&self, subject: &str) {
        self.forget(|verified| verified.subject().as_deref() == Some(subject));
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.forget(|_| true);
    }

    /// How many tokens are remembered.
    pub fn len(&self) -> usize {
        self.each().map(|shard| shard.len()).sum()
    }

    /// Whether no token is remembered.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes are used, about; never more than it was made for.
    pub fn bytes(&self) -> usize {
        self.each().map(|shard| shard.bytes()).sum()
    }

    fn forget(&self, which: impl Fn(&Verified<Claims>) -> bool) {
        // Before the first part is swept: whoever began earlier keeps nothing in one that was swept already.
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        for mut shard in self.each() {
            shard.retain(|verified| !which(verified));
        }
    }

    fn each(&self) -> impl Iterator<Item = MutexGuard<'_, Shard>> {
        self.shards.iter().map(lock)
    }

    fn shard(&self, hash: u64) -> MutexGuard<'_, Shard> {
        // The upper bits: the lower ones choose the place within the part.
        let index = (hash >> 32) as usize % self.shards.len();
        lock(&self.shards[index])
    }
}

/// A part is whole at every step, so one that a thread left in a panic can be used.
fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}
