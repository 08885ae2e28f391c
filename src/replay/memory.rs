//! The in-process store: shards, each a lock around two generations of keys.
//!
//! A generation is dropped as a whole once the last proof in it can no longer be accepted, so entries are never swept
//! and live entries are never dropped: when the store is full it refuses. A key occupies its entry for at most twice
//! the time for which a proof is acceptable, and causes refusals no longer than its own proof is acceptable.

use std::fmt;
use std::sync::PoisonError;

use ahash::RandomState;

use super::entry::Key;
use super::nearly_full::NearlyFull;
use super::shard::{Held, Shard};
use super::store::{Insertion, ReplayError, ReplayStore, UsedProof};
use crate::config_error::{ConfigError, size_in_range};
use crate::crypto::Digest;
use crate::future::MaybeReady;
use crate::sync::{Mutex, MutexGuard};
use crate::time::Timestamp;

/// Records used proofs in memory, up to a fixed number.
///
/// It grows with use and refuses (503) when full: to at most 44 bytes for each proof of the default capacity, and 78 of
/// other capacities. The first of its shards (64, more for a capacity beyond 3.6 million) is full a few per cent before
/// all are.
///
/// One principal can use up its share and no more, so a single one cannot lock out the others. A principal is
/// identified by the token's issuer, client and subject, with however many keys. If the token names neither client nor
/// subject, each key is a principal.
///
/// # Deployment
///
/// A proof occupies its entry for one to two times the accepted time window (70 s by default), and for longer where few
/// requests arrive; its `jti` can be used again as soon as the proof itself is too old. The default capacity of
/// 1,638,400 proofs is enough for 9,900 accepted requests per second ([`guide::capacity`](crate::guide::capacity) has
/// the calculation) in at most 69 MiB; the required capacity is about `rate * 2 * window`. The default share of one
/// principal is a quarter: for a service with few, busy clients, raise it with [`MemoryStore::share_per_principal`].
///
/// A clock that runs ahead makes the store drop proofs before their time. Once the clock is set back, the store refuses
/// with 503 ([`ReplayError::ClockSetBack`]) proofs that it cannot distinguish from dropped ones: for up to one accepted
/// time window, proofs no newer than those it had accepted before, and later, when the time that the clock showed while
/// it was wrong comes again, proofs of that time. It accepts all others at once, and no proof twice. After an error of
/// up to two minutes, entries may be occupied longer by as much.
///
/// The memory belongs to one process: instances of one origin need a shared [`ReplayStore`], and a restart clears the
/// store, so that proofs of the last seconds could be used once more.
///
/// ```
/// use sender_constraint::ConfigError;
/// use sender_constraint::proof::Dpop;
/// use sender_constraint::replay::MemoryStore;
///
/// fn dpop() -> Result<Dpop, ConfigError> {
///     // For few, busy clients.
///     let store = MemoryStore::new(200_000)?.share_per_principal(100_000)?;
///     Ok(Dpop::new("https://api.example.com")?.replay_store(store))
/// }
/// # assert!(dpop().is_ok());
/// ```
#[must_use]
pub struct MemoryStore {
    shards: Box<[Mutex<Shard>]>,
    shard_capacity: usize,
    shard_share: u32,
    nearly_full: NearlyFull,
    /// Keyed, so that clients cannot target one shard.
    hasher: RandomState,
}

impl MemoryStore {
    /// Creates a store for `capacity` proofs.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Size`] unless the capacity is from 1,024 to 2^31.
    pub fn new(capacity: usize) -> Result<Self, ConfigError> {
        size_in_range(
            "the capacity of the replay store",
            capacity,
            MIN_CAPACITY,
            MAX_CAPACITY,
        )?;
        Ok(Self::with_capacity(capacity))
    }

    /// Sets how many proofs of one principal the store holds at a time; a quarter of the capacity by default.
    ///
    /// Principals are counted in a sketch of fixed size that never counts too few, separately in each shard, so a
    /// principal is refused before it has used all of its share. Measured at the default capacity: from 97 % of the
    /// default share on, and from 75 to 90 % of the smallest one; the fuller the store, the earlier. With a store for
    /// 262,144 proofs, the smallest share is refused from 55 to 80 % on.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Size`] unless the share is from a 64th of the capacity to all of it: with a smaller share, the
    /// count would include too many proofs of other principals.
    pub fn share_per_principal(mut self, proofs: usize) -> Result<Self, ConfigError> {
        size_in_range(
            "the share of one principal",
            proofs,
            self.capacity() / MAX_SHARES,
            self.capacity(),
        )?;
        self.shard_share = per_shard(proofs, self.shards.len());
        Ok(self)
    }

    /// The number of proofs that fit.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.shard_capacity.saturating_mul(self.shards.len())
    }

    fn with_capacity(capacity: usize) -> Self {
        let usual = (capacity / MIN_SHARD_CAPACITY).clamp(1, USUAL_SHARDS);
        let shards = usual.max(capacity.div_ceil(MAX_SHARD_CAPACITY));
        Self {
            shards: (0..shards).map(|_| Mutex::default()).collect(),
            shard_capacity: capacity / shards,
            shard_share: per_shard(capacity / 4, shards),
            nearly_full: NearlyFull::new(),
            hasher: RandomState::new(),
        }
    }

    fn shard(&self, key: Key) -> MutexGuard<'_, Shard> {
        let hash = self.hasher.hash_one(key);
        let count = u64::try_from(self.shards.len()).unwrap_or(u64::MAX);
        let index = usize::try_from(hash % count).unwrap_or(0);
        #[expect(
            clippy::indexing_slicing,
            reason = "a remainder by the length is below it"
        )]
        let shard = &self.shards[index];
        // A panic while the lock is held cannot leave a partial change.
        shard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn insert_now(&self, proof: &UsedProof) -> Result<Insertion, ReplayError> {
        let key = Key::of(&proof.key);
        let mut shard = self.shard(key);
        shard.rotate(proof.now);
        let held = shard.held(key, proof.now);
        if matches!(held, Held::Live) {
            return Ok(Insertion::Replayed);
        }
        if shard.may_have_forgotten(proof.expires_at) {
            return Err(ReplayError::ClockSetBack);
        }
        let principal = self.hasher.hash_one(proof.principal);
        if matches!(held, Held::Absent) {
            self.check_space(&shard, principal)?;
        }
        let took_entry = shard.add(key, principal, proof.expires_at, proof.now);
        let used = if took_entry { shard.len() } else { 0 };
        drop(shard);
        let (places, capacity) = (self.shard_capacity, self.capacity());
        self.nearly_full.report(used, places, capacity, proof.now);
        Ok(Insertion::Fresh)
    }

    fn check_space(&self, shard: &Shard, principal: u64) -> Result<(), ReplayError> {
        if shard.len() >= self.shard_capacity {
            return Err(ReplayError::Full {
                capacity: self.capacity(),
            });
        }
        if shard.count_of(principal) >= self.shard_share {
            let share = usize::try_from(self.shard_share).unwrap_or(usize::MAX);
            return Err(ReplayError::PrincipalShareUsed {
                share: share.saturating_mul(self.shards.len()),
            });
        }
        Ok(())
    }
}

/// Does not show the contents.
impl fmt::Debug for MemoryStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "MemoryStore(capacity {})", self.capacity())
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::with_capacity(DEFAULT_CAPACITY)
    }
}

impl ReplayStore for MemoryStore {
    fn insert<'a>(
        &'a self,
        proof: &'a UsedProof,
    ) -> MaybeReady<'a, Result<Insertion, ReplayError>> {
        MaybeReady::ready(self.insert_now(proof))
    }

    fn has_seen(&self, key: &Digest, now: Timestamp) -> bool {
        let key = Key::of(key);
        let mut shard = self.shard(key);
        shard.rotate(now);
        matches!(shard.held(key, now), Held::Live)
    }
}

fn per_shard(proofs: usize, shards: usize) -> u32 {
    u32::try_from((proofs / shards).max(1)).unwrap_or(u32::MAX)
}

const USUAL_SHARDS: usize = 64;
const MIN_SHARD_CAPACITY: usize = 4096;
/// As many entries as a table of 2^16 slots holds. A table that grows moves all of its entries while its shard is
/// locked.
const MAX_SHARD_CAPACITY: usize = (1 << 16) / 8 * 7;
/// A principal's share is at least the capacity divided by this.
const MAX_SHARES: usize = 64;
const MIN_CAPACITY: usize = 1024;
const MAX_CAPACITY: usize = 1 << 31;
/// 69 MiB at 44 bytes.
const DEFAULT_CAPACITY: usize = 1_638_400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_shard_has_a_table_that_takes_long_to_grow() {
        for capacity in [1024, DEFAULT_CAPACITY, 3_670_017, 100_000_000, MAX_CAPACITY] {
            let window = MemoryStore::with_capacity(capacity);
            assert!(window.shard_capacity <= 57_344, "{capacity}");
            assert!(window.capacity() >= capacity / 1000 * 999, "{capacity}");
        }
    }
}
