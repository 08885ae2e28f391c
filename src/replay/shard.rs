//! One part of the store: two generations of entries behind one lock.

use std::mem;
use std::time::Duration;

use super::entry::Key;
use super::forgotten::Forgotten;
use super::generation::Generation;
use super::principal_counts::{PrincipalCounts, Side};
use crate::time::Timestamp;

pub(super) struct Shard {
    current: Generation,
    previous: Generation,
    principals: PrincipalCounts,
    forgotten: Forgotten,
    /// For how long, at most, a proof could be accepted after its insertion.
    longest_life: Duration,
}

/// The state of a key in a shard.
pub(super) enum Held {
    /// Its proof can still be accepted.
    Live,
    /// Its proof cannot be accepted any longer, and a new proof reuses its entry.
    Over,
    Absent,
}

impl Shard {
    /// Starts a new generation when no proof of the older one can be accepted any longer.
    ///
    /// A clock that jumps ahead makes this drop proofs which are live again once the clock is corrected: `forgotten`
    /// prevents them from being accepted a second time.
    pub(super) fn rotate(&mut self, now: Timestamp) {
        self.drop_what_is_ahead(now);
        if !self.previous.is_expired(now) {
            return;
        }
        self.drop_previous();
        mem::swap(&mut self.current, &mut self.previous);
        if self.previous.is_expired(now) {
            self.drop_previous();
        }
    }

    /// Drops a generation that was filled while the clock ran ahead: it would not expire before that time comes again.
    ///
    /// Each of its entries was inserted more than [`TOLERANCE`] after `now`. Entries that were inserted closer to it
    /// may occupy their place longer by as much as that.
    fn drop_what_is_ahead(&mut self, now: Timestamp) {
        let latest = now
            .saturating_add(self.longest_life)
            .saturating_add(TOLERANCE);
        if self.previous.is_after(latest) {
            self.drop_previous();
        }
        if self.current.is_after(latest) {
            mem::swap(&mut self.current, &mut self.previous);
            self.drop_previous();
        }
    }

    fn drop_previous(&mut self) {
        self.principals.clear(self.previous.side);
        if let Some(dropped) = self.previous.clear() {
            self.forgotten.add(dropped);
        }
    }

    pub(super) fn held(&self, key: Key, now: Timestamp) -> Held {
        let in_previous = self.previous.is_over(key, now);
        match (self.current.is_over(key, now), in_previous) {
            (Some(false), _) | (_, Some(false)) => Held::Live,
            (Some(true), _) => Held::Over,
            // An expired entry of the older generation remains there: it is dropped with its generation.
            (None, _) => Held::Absent,
        }
    }

    /// Whether a proof acceptable until then could be one of those that were dropped.
    pub(super) fn may_have_forgotten(&self, until: Timestamp) -> bool {
        self.forgotten.contains(until)
    }

    /// Adds a key that is not [`Held::Live`]; returns whether it took a new entry.
    pub(super) fn add(
        &mut self,
        key: Key,
        principal: u64,
        until: Timestamp,
        now: Timestamp,
    ) -> bool {
        self.longest_life = self.longest_life.max(until.saturating_duration_since(now));
        let took_entry = self.current.add(key, until);
        if took_entry {
            self.principals.add(principal, self.current.side);
        }
        took_entry
    }

    pub(super) fn len(&self) -> usize {
        self.current.len() + self.previous.len()
    }

    /// The number of entries that this principal has here; never too few.
    pub(super) fn count_of(&self, principal: u64) -> u32 {
        self.principals.count_of(principal)
    }
}

impl Default for Shard {
    fn default() -> Self {
        Self {
            current: Generation::on(Side::Left),
            previous: Generation::on(Side::Right),
            principals: PrincipalCounts::default(),
            forgotten: Forgotten::default(),
            longest_life: Duration::ZERO,
        }
    }
}

/// Concurrent requests may have read the clock this far apart.
const TOLERANCE: Duration = Duration::from_secs(60);
