//! An in-process store on a moka cache that evicts nothing: counts its entries, and refuses when full.
//!
//! A bounded moka cache evicts live entries when it is full, and each of those proofs can then be replayed. So the
//! cache has neither a capacity nor a time to live: both are kept here, by the guard's clock.

use std::fmt;
use std::sync::{PoisonError, TryLockError};

use ahash::RandomState;
#[cfg(not(sender_constraint_shuttle))]
use moka::ops::compute::Op;
#[cfg(not(sender_constraint_shuttle))]
use moka::sync::Cache;

use super::ledger::Ledger;
use super::nearly_full::NearlyFull;
use super::store::{Insertion, ReplayError, ReplayStore, UsedProof};
use crate::config_error::{ConfigError, size_in_range};
use crate::crypto::Digest;
use crate::future::MaybeReady;
#[cfg(sender_constraint_shuttle)]
use crate::sync::keyed_cache::{Cache, Op};
use crate::sync::{Mutex, MutexGuard};
use crate::time::Timestamp;

/// Records used proofs in a moka cache in memory, up to a fixed number.
///
/// For services that measure and limit their memory in moka. [`MemoryStore`](super::MemoryStore) needs much less memory
/// for a proof, but frees it later; this store removes a proof soon after it expires, and counts the proofs of
/// a principal exactly. Refuses (503) when full: no live entry is ever evicted.
///
/// # Deployment
///
/// The required capacity is about `rate * window`; an expired entry is removed by the inserts that follow. After a
/// clock that ran ahead was set back, the store refuses with 503 ([`ReplayError::ClockSetBack`]) proofs that it cannot
/// distinguish from those that it removed too early; entries of that time occupy their places until it comes again.
///
/// The memory belongs to one process, as that of a `MemoryStore`.
///
/// ```
/// use sender_constraint::ConfigError;
/// use sender_constraint::proof::Dpop;
/// use sender_constraint::replay::MokaStore;
///
/// fn dpop() -> Result<Dpop, ConfigError> {
///     let store = MokaStore::new(100_000)?.share_per_principal(10_000)?;
///     Ok(Dpop::new("https://api.example.com")?.replay_store(store))
/// }
/// # drop(dpop);
/// ```
#[must_use]
pub struct MokaStore {
    entries: Cache<Digest, Entry>,
    /// Locked after the cache's lock for a key, never before.
    ledger: Mutex<Ledger>,
    /// Held while expired entries are removed: they are counted until they are gone. Locked first.
    sweep: Mutex<()>,
    capacity: usize,
    share: usize,
    nearly_full: NearlyFull,
    /// Keyed, so that principals cannot be made to collide.
    hasher: RandomState,
}

#[derive(Clone, Copy)]
struct Entry {
    expires_at: Timestamp,
    principal: u64,
}

impl MokaStore {
    /// Creates a store for `capacity` proofs.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Size`] unless the capacity is from 1,024 to 2^31.
    pub fn new(capacity: usize) -> Result<Self, ConfigError> {
        let setting = "the capacity of the replay store";
        size_in_range(setting, capacity, MIN_CAPACITY, MAX_CAPACITY)?;
        Ok(Self {
            entries: Cache::builder().build(),
            ledger: Mutex::default(),
            sweep: Mutex::default(),
            capacity,
            share: capacity / 4,
            nearly_full: NearlyFull::new(),
            hasher: RandomState::new(),
        })
    }

    /// Sets how many proofs of one principal the store holds at a time; a quarter of the capacity by default.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Size`] unless the share is from 1 to the capacity.
    pub fn share_per_principal(mut self, proofs: usize) -> Result<Self, ConfigError> {
        let setting = "the share of one principal";
        self.share = size_in_range(setting, proofs, 1, self.capacity)?;
        Ok(self)
    }

    /// The number of proofs that fit.
    #[must_use]
    pub const fn capacity(&self) -> usize {
        self.capacity
    }

    /// The number of proofs in the store, for metrics. Includes expired ones that are not yet removed.
    #[must_use]
    pub fn held(&self) -> usize {
        self.ledger().len()
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        // A panic while the lock is held cannot leave a partial change.
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `None` while another request removes expired entries.
    fn try_sweep(&self) -> Option<MutexGuard<'_, ()>> {
        match self.sweep.try_lock() {
            Ok(sweep) => Some(sweep),
            // It protects no data.
            Err(TryLockError::Poisoned(error)) => Some(error.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    fn insert_now(&self, proof: &UsedProof) -> Result<Insertion, ReplayError> {
        if let Some(_sweep) = self.try_sweep() {
            self.remove_expired(proof.now, REMOVED_PER_INSERT);
        }
        let inserted = self.try_insert(proof);
        if !matches!(
            inserted,
            Err(ReplayError::Full { .. } | ReplayError::PrincipalShareUsed { .. })
        ) {
            return inserted;
        }
        // Entries that have expired must not refuse anyone, those that another request is removing neither.
        let _sweep = self.sweep.lock().unwrap_or_else(PoisonError::into_inner);
        self.remove_expired(proof.now, usize::MAX);
        self.try_insert(proof)
    }

    /// One step for the key, by the cache's lock for it.
    fn try_insert(&self, proof: &UsedProof) -> Result<Insertion, ReplayError> {
        let mut result = Ok(Insertion::Replayed);
        let entry = Entry {
            expires_at: proof.expires_at,
            principal: self.hasher.hash_one(proof.principal),
        };
        let _ = self
            .entries
            .entry_by_ref(&proof.key)
            .and_compute_with(|known| {
                let known = known.map(|known| known.into_value());
                result = self.decide(known, proof, entry.principal);
                match result {
                    Ok(Insertion::Fresh) => Op::Put(entry),
                    Ok(Insertion::Replayed) | Err(_) => Op::Nop,
                }
            });
        result
    }

    fn decide(
        &self,
        known: Option<Entry>,
        proof: &UsedProof,
        principal: u64,
    ) -> Result<Insertion, ReplayError> {
        if known.is_some_and(|known| known.expires_at >= proof.now) {
            return Ok(Insertion::Replayed);
        }
        let mut ledger = self.ledger();
        // Only now: what is removed is listed as forgotten before it is absent.
        if ledger.may_have_forgotten(proof.expires_at) {
            return Err(ReplayError::ClockSetBack);
        }
        if let Some(known) = known {
            ledger.release(known.principal);
        } else if ledger.len() >= self.capacity {
            let capacity = self.capacity;
            return Err(ReplayError::Full { capacity });
        } else if ledger.count_of(principal) >= self.share {
            return Err(ReplayError::PrincipalShareUsed { share: self.share });
        }
        ledger.add(proof.key, principal, proof.expires_at);
        let used = ledger.len();
        drop(ledger);
        let capacity = self.capacity;
        self.nearly_full.report(used, capacity, capacity, proof.now);
        Ok(Insertion::Fresh)
    }

    /// Removes at most `limit` expired entries.
    fn remove_expired(&self, now: Timestamp, limit: usize) {
        let expired = self.ledger().take_expired(now, limit);
        for key in &expired {
            let _ = self.entries.entry_by_ref(key).and_compute_with(|known| {
                // The key may be in use again.
                match known.filter(|known| known.value().expires_at < now) {
                    Some(known) => {
                        self.ledger().release(known.value().principal);
                        Op::Remove
                    }
                    None => Op::Nop,
                }
            });
        }
    }
}

/// Does not show the contents.
impl fmt::Debug for MokaStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "MokaStore(capacity {})", self.capacity)
    }
}

impl ReplayStore for MokaStore {
    fn insert<'a>(
        &'a self,
        proof: &'a UsedProof,
    ) -> MaybeReady<'a, Result<Insertion, ReplayError>> {
        MaybeReady::ready(self.insert_now(proof))
    }

    fn has_seen(&self, key: &Digest, now: Timestamp) -> bool {
        let known = self.entries.get(key);
        known.is_some_and(|known| known.expires_at >= now)
    }
}

/// More than one, so that a backlog shrinks; few, so that no request waits for it.
const REMOVED_PER_INSERT: usize = 16;
const MIN_CAPACITY: usize = 1024;
const MAX_CAPACITY: usize = 1 << 31;

#[cfg(test)]
mod tests;
