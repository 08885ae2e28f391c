//! Entries that are dropped together, once none of their proofs can be accepted any longer.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use ahash::RandomState;

use super::entry::{Base, Expiry, Key};
use super::forgotten::Interval;
use super::principal_counts::Side;
use crate::time::Timestamp;

pub(super) struct Generation {
    entries: HashMap<Key, Expiry, RandomState>,
    /// `None` while there are no entries.
    times: Option<Times>,
    /// Which of the two counts of a principal belongs to this generation.
    pub(super) side: Side,
}

#[derive(Clone, Copy)]
struct Times {
    base: Base,
    /// Until when the proofs could be accepted.
    bounds: Interval,
}

impl Generation {
    pub(super) fn on(side: Side) -> Self {
        Self {
            entries: HashMap::default(),
            times: None,
            side,
        }
    }

    /// Whether the key is present, and if so, whether it has expired.
    pub(super) fn is_over(&self, key: Key, now: Timestamp) -> Option<bool> {
        let expiry = *self.entries.get(&key)?;
        self.times.map(|times| times.base.is_over(expiry, now))
    }

    /// Adds the key, and returns whether it was absent. A key that was present keeps the later of its two times.
    pub(super) fn add(&mut self, key: Key, until: Timestamp) -> bool {
        let until_only = Interval::of(until);
        let times = self.times.get_or_insert_with(|| Times {
            base: Base::before(until),
            bounds: until_only,
        });
        times.bounds = times.bounds.with(until_only);
        let expiry = times.base.expiry(until);
        match self.entries.entry(key) {
            Entry::Vacant(vacant) => {
                vacant.insert(expiry);
                true
            }
            Entry::Occupied(mut known) => {
                let later = expiry.max(*known.get());
                known.insert(later);
                false
            }
        }
    }

    /// Whether none of the proofs can be accepted any longer. At its expiry time a proof can still be accepted.
    pub(super) fn is_expired(&self, now: Timestamp) -> bool {
        self.times.is_none_or(|times| times.bounds.highest < now)
    }

    /// Whether there are proofs, and all of them can be accepted until after `time`.
    pub(super) fn is_after(&self, time: Timestamp) -> bool {
        self.times.is_some_and(|times| times.bounds.lowest > time)
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Drops all entries, and returns the times until which their proofs could be accepted.
    pub(super) fn clear(&mut self) -> Option<Interval> {
        self.entries.clear();
        self.times.take().map(|times| times.bounds)
    }
}
