//! One part of the window: two generations of entries behind one lock.

use std::mem;

use super::clients::{ClientCounts, Side};
use super::entry::Key;
use super::generation::Generation;
use crate::time::Timestamp;

pub(super) struct Shard {
    current: Generation,
    previous: Generation,
    clients: ClientCounts,
    /// Proofs acceptable no longer than this may have been dropped.
    forgotten: Timestamp,
}

/// What a shard knows of a key.
pub(super) enum Held {
    /// Its proof can still be accepted.
    Live,
    /// Its proof cannot be accepted any longer, and its seat is taken over by a new one.
    Over,
    Absent,
}

impl Shard {
    /// Starts a new generation when the older one has nothing left that could be accepted.
    ///
    /// A clock that steps back drops nothing; one that jumps ahead drops, and `forgotten` keeps what was
    /// dropped from passing once the clock is set right.
    pub(super) fn rotate(&mut self, now: Timestamp) {
        if is_live(&self.previous, now) {
            return;
        }
        self.drop_previous();
        mem::swap(&mut self.current, &mut self.previous);
        if !is_live(&self.previous, now) {
            self.drop_previous();
        }
    }

    pub(super) fn held(&self, key: Key, now: Timestamp) -> Held {
        // An entry of the older generation whose time is over is left there: it goes with its generation.
        let in_previous = self.previous.is_over(key, now);
        match (self.current.is_over(key, now), in_previous) {
            (Some(false), _) | (_, Some(false)) => Held::Live,
            (Some(true), _) => Held::Over,
            (None, _) => Held::Absent,
        }
    }

    /// Adds a key that is not [`Held::Live`]; whether it took another seat.
    pub(super) fn add(&mut self, key: Key, client: u64, until: Timestamp) -> bool {
        let took_seat = self.current.add(key, until);
        if took_seat {
            self.clients.add(client, self.current.side);
        }
        took_seat
    }

    fn drop_previous(&mut self) {
        if let Some(until) = self.previous.until() {
            self.forgotten = self.forgotten.max(until);
        }
        self.clients.clear(self.previous.side);
        self.previous.clear();
    }

    /// Whether a proof acceptable until then could be one of those that were dropped.
    pub(super) fn may_have_forgotten(&self, until: Timestamp) -> bool {
        until <= self.forgotten
    }

    pub(super) fn len(&self) -> usize {
        self.current.len() + self.previous.len()
    }

    /// How many seats this client has here; never too few.
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

/// At its last moment a proof can still be accepted.
fn is_live(generation: &Generation, now: Timestamp) -> bool {
    generation.until().is_some_and(|until| now <= until)
}
