//! The in-process store: shards, each a lock around two generations of keys.
//!
//! A generation is dropped as a whole once the last proof in it can no longer be accepted, so nothing is
//! swept and nothing live is ever forgotten: when the store is full it refuses. A key takes its seat for at most
//! twice the time that a proof is acceptable, and refuses no longer than its own proof is acceptable.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ahash::RandomState;

use super::entry::Key;
use super::shard::{Held, Shard};
use super::store::{Insertion, ReplayError, ReplayStore, UsedProof};
use crate::config_error::{ConfigError, size_in_range};
use crate::crypto::Digest;
use crate::future::MaybeReady;
use crate::time::Timestamp;

/// Remembers proofs in memory, up to a fixed number.
///
/// It grows with use and refuses (503) when full: to at most 44 bytes for each proof of the default capacity, and 78 of
/// others. The first of its parts (64, more for a capacity beyond 3.6 million) is full a few per cent before all are.
///
/// One client can use up its share and no more, so a single one cannot shut out the others. A client is who the token
/// names: its issuer, client and subject, with however many keys. Where it names neither client nor subject, each key is a
/// client.
///
/// # Deployment
///
/// A proof takes its seat for one to two times the accepted window (70 s by default), and for longer where few requests
/// arrive; its `jti` is free again as soon as the proof itself is too old. The default capacity of 1,638,400 proofs
/// bears 9,900 accepted requests per second ([`scale`](crate::guide::capacity) has the sums) in at most 69 MiB; what is needed is
/// about `rate * 2 * window`. The default share of one client is a quarter: a service with few, busy clients raises it
/// with [`MemoryStore::share_per_principal`].
///
/// A clock that runs ahead makes the window drop proofs before their time. Once the clock is set back, the window
/// refuses with 503 ([`ReplayError::ClockSetBack`]) what it cannot tell from a dropped proof: for up to one accepted window
/// proofs no newer than those it had accepted before, and later, when the time comes again that the clock showed while it
/// was wrong, proofs of that time. It accepts all others at once, and no proof twice. After an error of up to two minutes,
/// seats may be taken longer by as much.
///
/// The memory is this process's own: instances behind one origin need a shared [`ReplayStore`], and a
/// restart forgets, so that proofs of the last seconds could be used once more.
#[must_use]
pub struct MemoryStore {
    shards: Box<[Mutex<Shard>]>,
    shard_capacity: usize,
    shard_share: u32,
    /// Keyed, so that nobody can aim at one shard.
    hasher: RandomState,
}

impl MemoryStore {
    /// Room for `capacity` proofs.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Size`] unless it is from 1,024 to 2^31.
    pub fn new(capacity: usize) -> Result<Self, ConfigError> {
        size_in_range(
            "the capacity of the replay window",
            capacity,
            MIN_CAPACITY,
            MAX_CAPACITY,
        )?;
        Ok(Self::with_capacity(capacity))
    }

    /// How many proofs of one client may be in the window at a time; a quarter of the capacity by default.
    ///
    /// Clients are counted in a sketch of fixed size that never counts too few, separately in each part of the window, so
    /// a client is refused before it has used all of its share. Measured at the default capacity: from 97 % of the
    /// default share on, and from 75 to 90 % of the smallest one; the fuller the window, the earlier. The smallest share
    /// of a window for 262,144 proofs is refused from 55 to 80 % on.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Size`] unless it is from a 64th of the capacity to all of it: a finer count would take others'
    /// proofs for the client's.
    pub fn share_per_principal(mut self, proofs: usize) -> Result<Self, ConfigError> {
        size_in_range(
            "the share of one client",
            proofs,
            self.capacity() / MAX_SHARES,
            self.capacity(),
        )?;
        self.shard_share = per_shard(proofs, self.shards.len());
        Ok(self)
    }

    /// How many proofs fit.
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
        // Nothing in here panics halfway through a change.
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
        let client = self.hasher.hash_one(proof.principal);
        if matches!(held, Held::Absent) {
            self.check_room(&shard, client)?;
        }
        let took_seat = shard.add(key, client, proof.expires_at, proof.now);
        let nearly_full = took_seat && shard.len() == self.shard_capacity / 10 * 9;
        drop(shard);
        if nearly_full {
            tracing::warn!(
                capacity = self.capacity(),
                "the replay store is nearly full; when it is full, requests are refused"
            );
        }
        Ok(Insertion::Fresh)
    }

    fn check_room(&self, shard: &Shard, client: u64) -> Result<(), ReplayError> {
        if shard.len() >= self.shard_capacity {
            return Err(ReplayError::Full {
                capacity: self.capacity(),
            });
        }
        if shard.count_of(client) >= self.shard_share {
            let share = usize::try_from(self.shard_share).unwrap_or(usize::MAX);
            return Err(ReplayError::PrincipalShareUsed {
                share: share.saturating_mul(self.shards.len()),
            });
        }
        Ok(())
    }
}

/// Says nothing of what is in it.
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
/// As many as a table of 2^16 places takes. A table that grows moves all of its entries while its shard is locked.
const MAX_SHARD_CAPACITY: usize = (1 << 16) / 8 * 7;
/// A client's share is at least the capacity divided by this.
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
