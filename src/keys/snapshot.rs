//! The key set of an issuer as last fetched, and when it is due: pure bookkeeping, no I/O.

use std::sync::Arc;
use std::time::Duration;

use super::set::KeySet;
use crate::time::Timestamp;

/// When key sets are fetched.
#[derive(Clone, Copy, Debug)]
pub(super) struct Schedule {
    /// Between two fetches for unknown keys, and between two tries after a failure.
    pub(super) cool_down: Duration,
    /// How long a set serves without a successful fetch.
    pub(super) max_staleness: Duration,
}

/// What is known, and what was tried.
#[derive(Debug, Default)]
pub(super) struct Snapshot {
    held: Option<Held>,
    /// The last fetch of any kind.
    tried: Option<Timestamp>,
    /// The last fetch because of an unknown key.
    sought: Option<Timestamp>,
    /// Why the last fetch failed, if it did.
    failure: Option<String>,
    purges: u64,
}

#[derive(Debug)]
struct Held {
    set: Arc<KeySet>,
    fetched: Timestamp,
    fresh_for: Duration,
}

impl Held {
    /// How far the fetch lies from now, on either side: a clock that ran ahead and was set right must not make the
    /// set young for as long as it ran.
    fn age(&self, now: Timestamp) -> Duration {
        now.since(self.fetched).max(self.fetched.since(now))
    }
}

impl Snapshot {
    /// The set, unless it is too old to be trusted.
    pub(super) fn set(&self, now: Timestamp, schedule: &Schedule) -> Option<&Arc<KeySet>> {
        let held = self.held.as_ref()?;
        (held.age(now) <= schedule.max_staleness).then_some(&held.set)
    }

    pub(super) fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// Whether the set should be fetched again, though it may still serve.
    pub(super) fn is_stale(&self, now: Timestamp) -> bool {
        let held = self.held.as_ref();
        held.is_none_or(|held| held.age(now) >= held.fresh_for)
    }

    /// Whether the last fetch is long enough ago for another one.
    pub(super) fn may_try(&self, now: Timestamp, schedule: &Schedule) -> bool {
        has_passed(self.tried, schedule.cool_down, now)
    }

    /// Whether an unknown key is reason enough for a fetch; if so, the next one has to wait.
    pub(super) fn may_seek(&mut self, now: Timestamp, schedule: &Schedule) -> bool {
        let may = has_passed(self.sought, schedule.cool_down, now);
        if may {
            self.sought = Some(now);
        }
        may
    }

    pub(super) fn start(&mut self, now: Timestamp) {
        self.tried = Some(now);
    }

    pub(super) fn succeed(
        &mut self,
        mut set: KeySet,
        max_age: Option<Duration>,
        now: Timestamp,
        schedule: &Schedule,
    ) {
        if let Some(held) = &self.held {
            set.keep_known(&held.set);
        }
        let most = MAX_FRESH.min(schedule.max_staleness / 2);
        let fresh_for = max_age.unwrap_or(DEFAULT_FRESH).max(MIN_FRESH).min(most);
        self.held = Some(Held {
            set: Arc::new(set),
            fetched: now,
            fresh_for,
        });
        self.failure = None;
    }

    pub(super) fn fail(&mut self, reason: String) {
        self.failure = Some(reason);
    }

    /// Forgets the set and every reason to wait.
    pub(super) fn purge(&mut self) {
        *self = Self {
            purges: self.purges.wrapping_add(1),
            ..Self::default()
        };
    }

    /// How often it was purged.
    pub(super) const fn purges(&self) -> u64 {
        self.purges
    }
}

/// A clock that stepped back counts as passed: waiting for it could take for ever.
fn has_passed(last: Option<Timestamp>, span: Duration, now: Timestamp) -> bool {
    last.is_none_or(|last| now < last || now.since(last) >= span)
}

const DEFAULT_FRESH: Duration = Duration::from_secs(15 * 60);
const MIN_FRESH: Duration = Duration::from_secs(5 * 60);
const MAX_FRESH: Duration = Duration::from_secs(24 * 60 * 60);
