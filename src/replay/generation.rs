//! Entries that are dropped together, once none of their proofs can be accepted any longer.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use ahash::RandomState;

use super::clients::Side;
use super::entry::{Base, Expiry, Key};
use crate::time::Timestamp;

pub(super) struct Generation {
    entries: HashMap<Key, Expiry, RandomState>,
    /// Absent while there are no entries.
    span: Option<Span>,
    /// Where its clients are counted.
    pub(super) side: Side,
}

#[derive(Clone, Copy)]
struct Span {
    base: Base,
    /// When the last of the entries expires.
    until: Timestamp,
}

impl Generation {
    pub(super) fn on(side: Side) -> Self {
        Self {
            entries: HashMap::default(),
            span: None,
            side,
        }
    }

    /// Whether the key is here, and if so, whether its time is over.
    pub(super) fn is_over(&self, key: Key, now: Timestamp) -> Option<bool> {
        let expiry = *self.entries.get(&key)?;
        self.span.map(|span| span.base.is_over(expiry, now))
    }

    /// Whether the key was not here. One that was keeps the later of its two times.
    pub(super) fn add(&mut self, key: Key, until: Timestamp) -> bool {
        let span = self.span.get_or_insert_with(|| Span {
            base: Base::before(until),
            until,
        });
        span.until = span.until.max(until);
        let expiry = span.base.expiry(until);
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

    /// When the last of the entries expires.
    pub(super) fn until(&self) -> Option<Timestamp> {
        self.span.map(|span| span.until)
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.span = None;
    }
}
