//! What a store without generations keeps about its entries: how many, of whom, which expire first, and which are gone.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use super::forgotten::{Forgotten, Interval};
use crate::crypto::Digest;
use crate::time::Timestamp;

#[derive(Default)]
pub(super) struct Ledger {
    len: usize,
    principals: HashMap<u64, usize, ahash::RandomState>,
    /// By the second in which they expire. A key that was used again is in two of them.
    expiring: BTreeMap<i64, Expiring>,
    forgotten: Forgotten,
}

struct Expiring {
    keys: Vec<Digest>,
    times: Interval,
}

impl Ledger {
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) fn count_of(&self, principal: u64) -> usize {
        self.principals.get(&principal).copied().unwrap_or(0)
    }

    pub(super) fn may_have_forgotten(&self, expires_at: Timestamp) -> bool {
        self.forgotten.contains(expires_at)
    }

    pub(super) fn add(&mut self, key: Digest, principal: u64, expires_at: Timestamp) {
        self.len = self.len.saturating_add(1);
        let count = self.principals.entry(principal).or_default();
        *count = count.saturating_add(1);
        let only = Interval::of(expires_at);
        let second = self.expiring.entry(expires_at.as_unix_seconds());
        let second = second.or_insert_with(|| Expiring {
            keys: Vec::new(),
            times: only,
        });
        second.times = second.times.with(only);
        second.keys.push(key);
    }

    /// Uncounts an entry of this principal.
    pub(super) fn release(&mut self, principal: u64) {
        self.len = self.len.saturating_sub(1);
        if let Entry::Occupied(mut count) = self.principals.entry(principal) {
            *count.get_mut() = count.get().saturating_sub(1);
            if *count.get() == 0 {
                count.remove();
            }
        }
    }

    /// Takes out keys whose second has passed, at most `limit`. From now on their times are forgotten ones.
    pub(super) fn take_expired(&mut self, now: Timestamp, limit: usize) -> Vec<Digest> {
        let mut taken = Vec::new();
        while let Some(mut first) = self.expiring.first_entry() {
            let wanted = limit.saturating_sub(taken.len());
            if *first.key() >= now.as_unix_seconds() || wanted == 0 {
                break;
            }
            let second = first.get_mut();
            self.forgotten.add(second.times);
            let rest = second.keys.len().saturating_sub(wanted);
            taken.extend(second.keys.drain(rest..));
            if second.keys.is_empty() {
                first.remove();
            }
        }
        taken
    }
}
