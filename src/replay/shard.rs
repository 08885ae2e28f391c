//! One part of the window: two generations of keys behind one lock.

use std::collections::HashSet;
use std::mem;

use ahash::RandomState;

use super::clients::{ClientCounts, Side};
use crate::crypto::Digest;
use crate::time::Timestamp;

/// Half a digest: 2^128 keys are enough that nobody finds a second one for a proof of another client.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) struct Key(u128);

impl Key {
    pub(super) fn of(digest: &Digest) -> Self {
        let half = digest.as_bytes().first_chunk();
        Self(half.map_or(0, |half| u128::from_le_bytes(*half)))
    }
}

pub(super) struct Shard {
    current: Generation,
    previous: Generation,
    clients: ClientCounts,
    /// Proofs acceptable no longer than this may have been dropped.
    forgotten: Timestamp,
}

impl Shard {
    /// Starts a new generation when the older one has nothing left that could be accepted.
    ///
    /// A clock that steps back drops nothing; one that jumps ahead drops, and `forgotten` keeps what was
    /// dropped from passing once the clock is set right.
    pub(super) fn turn(&mut self, now: Timestamp) {
        if now <= self.previous.until {
            return;
        }
        self.drop_previous();
        mem::swap(&mut self.current, &mut self.previous);
        if now > self.previous.until {
            self.drop_previous();
        }
    }

    /// Unless it is there; whether it was not.
    pub(super) fn add(&mut self, key: Key, client: u64, until: Timestamp) -> bool {
        let is_new = !self.previous.keys.contains(&key) && self.current.add(key, until);
        if is_new {
            self.clients.add(client, self.current.side);
        }
        is_new
    }

    fn drop_previous(&mut self) {
        self.forgotten = self.forgotten.max(self.previous.until);
        self.clients.clear(self.previous.side);
        self.previous.clear();
    }

    pub(super) fn contains(&self, key: Key) -> bool {
        self.current.keys.contains(&key) || self.previous.keys.contains(&key)
    }

    /// Whether a proof acceptable until then could be one of those that were dropped.
    pub(super) fn may_have_forgotten(&self, until: Timestamp) -> bool {
        until <= self.forgotten
    }

    pub(super) fn len(&self) -> usize {
        self.current.keys.len() + self.previous.keys.len()
    }

    /// How many proofs of this client are here; never too few.
    pub(super) fn count_of(&self, client: u64) -> u32 {
        self.clients.count_of(client)
    }
}

impl Default for Shard {
    fn default() -> Self {
        Self {
            current: Generation::on(Side::Left),
            previous: Generation::on(Side::Right),
            clients: ClientCounts::default(),
            forgotten: Timestamp::EPOCH,
        }
    }
}

struct Generation {
    keys: HashSet<Key, RandomState>,
    /// When the last of the keys expires.
    until: Timestamp,
    /// Where its clients are counted.
    side: Side,
}

impl Generation {
    fn on(side: Side) -> Self {
        Self {
            keys: HashSet::default(),
            until: Timestamp::EPOCH,
            side,
        }
    }

    fn add(&mut self, key: Key, until: Timestamp) -> bool {
        let is_new = self.keys.insert(key);
        if is_new {
            self.until = self.until.max(until);
        }
        is_new
    }

    fn clear(&mut self) {
        self.keys.clear();
        self.until = Timestamp::EPOCH;
    }
}
