//! One store under one check: makes proofs, inserts them, and compares the results.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher as _;
use std::sync::Arc;
use std::time::Duration;

use sender_constraint::Digest;
use sender_constraint::replay::{Insertion, ReplayError, ReplayStore, UsedProof};
use sender_constraint::time::{Clock as _, SystemClock, Timestamp};

use super::check::{FailedCheck, StoreCheck};

pub(super) type Inserted = Result<Insertion, ReplayError>;

/// By which clock the store drops entries.
#[derive(Clone, Copy, Debug)]
pub(super) enum Expiry {
    /// By `UsedProof::now`.
    GuardClock,
    /// By a clock of its own, this much later than `UsedProof::expires_at`.
    OwnClock { margin: Duration },
}

#[derive(Clone, Debug)]
pub(super) struct Probe {
    pub(super) store: Arc<dyn ReplayStore>,
    pub(super) check: StoreCheck,
    pub(super) expiry: Expiry,
    /// The guard's time at the beginning.
    pub(super) start: Timestamp,
    /// Distinguishes the keys of this run from those that an earlier one left in a shared store.
    run: u64,
}

impl Probe {
    pub(super) fn new(store: Arc<dyn ReplayStore>, check: StoreCheck, expiry: Expiry) -> Self {
        let start = match expiry {
            Expiry::GuardClock => Timestamp::from_unix_seconds(START),
            Expiry::OwnClock { .. } => SystemClock::default().now(),
        };
        Self {
            store,
            check,
            expiry,
            start,
            run: RandomState::new().hash_one(check),
        }
    }

    /// The guard's time, `seconds` after the beginning.
    pub(super) const fn at(&self, seconds: u64) -> Timestamp {
        self.start.saturating_add(Duration::from_secs(seconds))
    }

    pub(super) fn key(&self, name: impl fmt::Display) -> Digest {
        Digest::sha256(format!("{} {} {name}", self.run, self.check).as_bytes())
    }

    /// For many keys: no text is formatted.
    pub(super) fn numbered_key(&self, number: usize) -> Digest {
        let mut bytes = [0; 16];
        let (run, rest) = bytes.split_at_mut(8);
        run.copy_from_slice(&self.run.to_be_bytes());
        for (to, from) in rest.iter_mut().zip(number.to_be_bytes()) {
            *to = from;
        }
        Digest::sha256(&bytes)
    }

    /// A proof of a principal of its own, used at the beginning.
    pub(super) fn proof(&self, name: impl fmt::Display) -> UsedProof {
        let key = self.key(name);
        UsedProof::new(key, key, self.at(LIFE_SECONDS), self.start)
    }

    pub(super) async fn insert(&self, proof: &UsedProof) -> Inserted {
        self.store.insert(proof).await
    }

    pub(super) async fn expect_fresh(
        &self,
        step: impl Into<String>,
        proof: &UsedProof,
    ) -> Result<(), FailedCheck> {
        self.expect(step, proof, Insertion::Fresh).await
    }

    pub(super) async fn expect_replayed(
        &self,
        step: impl Into<String>,
        proof: &UsedProof,
    ) -> Result<(), FailedCheck> {
        self.expect(step, proof, Insertion::Replayed).await
    }

    async fn expect(
        &self,
        step: impl Into<String>,
        proof: &UsedProof,
        expected: Insertion,
    ) -> Result<(), FailedCheck> {
        let found = self.insert(proof).await;
        if found == Ok(expected) {
            return Ok(());
        }
        Err(self.failed(step, format!("Ok({expected:?})"), format!("{found:?}")))
    }

    pub(super) fn failed(
        &self,
        step: impl Into<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> FailedCheck {
        FailedCheck::new(self.check, step, expected, found)
    }
}

/// The same proof, presented at another time.
pub(super) const fn at(mut proof: UsedProof, now: Timestamp) -> UsedProof {
    proof.now = now;
    proof
}

/// The default window of a guard, in seconds.
pub(super) const LIFE_SECONDS: u64 = 70;
/// 2026-01-01T00:00:00Z.
const START: u64 = 1_767_225_600;
