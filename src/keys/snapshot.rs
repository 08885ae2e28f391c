//! The key set of an issuer as last fetched, and when the next fetch may start: pure state, no I/O.

use std::mem;
use std::sync::Arc;
use std::time::Duration;

use super::backoff::backoff;
use super::hint::KeyHint;
use super::schedule::{SHORTEST, Schedule, has_passed};
use super::set::KeySet;
use crate::http_client::FetchError;
use crate::time::Timestamp;
use crate::unavailable::Unavailable;

/// The last good set, and the fetches since.
#[derive(Debug, Default)]
pub(super) struct Snapshot {
    held: Option<Held>,
    /// How many fetches were started.
    flights: u64,
    /// The start of the last fetch of any kind.
    last_attempt: Option<Timestamp>,
    /// The start of the last fetch because of an unknown key.
    last_look: Option<Timestamp>,
    /// Why the last fetch failed, if it did.
    failure: Option<Failure>,
    /// Whether the last response had no usable key, although the set before had one.
    suspected_empty: bool,
    purges: u64,
}

#[derive(Debug)]
struct Held {
    set: Arc<KeySet>,
    flight: Flight,
    fetched: Timestamp,
    fresh_for: Duration,
}

#[derive(Debug)]
struct Failure {
    error: FetchError,
    /// The number of consecutive failures.
    count: u32,
    flight: u64,
    at: Timestamp,
    backoff: Duration,
}

/// One fetch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flight {
    number: u64,
    started: Timestamp,
    purges: u64,
}

impl Held {
    /// The time between the fetch and now, in either direction: after a clock that ran ahead is corrected, the set must
    /// not count as fresh for as long as the clock was ahead.
    fn age(&self, now: Timestamp) -> Duration {
        distance(self.fetched, now)
    }
}

impl Snapshot {
    /// The set, if it may be used: it is not past its time, or the issuer did not answer the request for a newer one.
    pub(super) fn set(&self, now: Timestamp, schedule: &Schedule) -> Option<&Arc<KeySet>> {
        let held = self.held.as_ref()?;
        let age = held.age(now);
        let failed_recently = || {
            let recent = schedule.cool_down.saturating_add(GRACE);
            let failure = self.failure.as_ref();
            failure.is_some_and(|failure| distance(failure.at, now) <= recent)
        };
        let is_believed = age <= schedule.max_staleness
            && (age <= held.fresh_for.saturating_add(GRACE) || failed_recently());
        is_believed.then_some(&held.set)
    }

    /// Why no key can be returned, if the last fetch failed.
    pub(super) fn failure(&self, now: Timestamp) -> Option<Unavailable> {
        let failure = self.failure.as_ref()?;
        let unavailable = Unavailable::issuer_keys(failure.error.reason());
        Some(unavailable.with_retry_after(self.wait_to_attempt(now)))
    }

    /// Why the last fetch failed, if it did.
    pub(super) fn last_error(&self) -> Option<&FetchError> {
        self.failure.as_ref().map(|failure| &failure.error)
    }

    /// The set that was fetched last, however old.
    pub(super) fn last_set(&self) -> Option<&Arc<KeySet>> {
        self.held.as_ref().map(|held| &held.set)
    }

    /// The time since the last successful fetch.
    pub(super) fn age(&self, now: Timestamp) -> Option<Duration> {
        self.held.as_ref().map(|held| held.age(now))
    }

    /// The time until a set that is missing or past its time may be fetched; at least the shortest `Retry-After`.
    pub(super) fn wait_to_attempt(&self, now: Timestamp) -> Duration {
        let (last, span) = match &self.failure {
            Some(failure) => (Some(failure.at), failure.backoff),
            None => (self.last_attempt, SHORTEST),
        };
        let passed = last.map(|last| now.saturating_duration_since(last));
        span.saturating_sub(passed.unwrap_or(span)).max(SHORTEST)
    }

    /// The time until the set is fetched again without an unknown key.
    pub(super) fn wait_to_refresh(&self, now: Timestamp) -> Duration {
        let is_due = self.failure.is_some() || self.suspected_empty;
        match &self.held {
            Some(held) if !is_due => held.fresh_for.saturating_sub(held.age(now)),
            _ if self.last_attempt.is_none() => Duration::ZERO,
            _ => self.wait_to_attempt(now),
        }
    }

    /// How long the fetch in progress has been going on.
    pub(super) fn since_attempt(&self, now: Timestamp) -> Duration {
        let last = self.last_attempt;
        last.map_or(Duration::ZERO, |last| now.saturating_duration_since(last))
    }

    /// Whether the set should be fetched again, although it may still be used.
    pub(super) fn is_due(&self, now: Timestamp, schedule: &Schedule) -> bool {
        let held = self.held.as_ref();
        let is_stale = held.is_none_or(|held| held.age(now) >= held.fresh_for);
        (is_stale || self.suspected_empty) && self.may_attempt(now, schedule)
    }

    /// Whether a set that is missing or past its time may be fetched: after a failure, once the back-off has passed.
    pub(super) fn may_attempt(&self, now: Timestamp, schedule: &Schedule) -> bool {
        match &self.failure {
            Some(failure) => has_passed(Some(failure.at), failure.backoff, now, schedule.cool_down),
            // A fetch that neither succeeded nor failed has panicked.
            None => has_passed(self.last_attempt, SHORTEST, now, SHORTEST),
        }
    }

    /// Whether an unknown key may cause a fetch.
    pub(super) fn may_look(&self, is_young: bool, now: Timestamp, schedule: &Schedule) -> bool {
        if self.failure.is_some() {
            return self.may_attempt(now, schedule);
        }
        let span = schedule.between_looks(is_young);
        has_passed(self.last_look, span, now, schedule.cool_down)
    }

    /// The time until a young token may cause a fetch; `None` if the last fetch failed.
    pub(super) fn wait_to_look(&self, now: Timestamp, schedule: &Schedule) -> Option<Duration> {
        if self.failure.is_some() {
            return None;
        }
        let passed = self
            .last_look
            .map(|last| now.saturating_duration_since(last));
        Some(
            schedule
                .young_interval()
                .saturating_sub(passed.unwrap_or_default()),
        )
    }

    /// Whether the token may be signed with a key that was published after the last successful fetch.
    pub(super) fn is_young(&self, hint: &KeyHint<'_>, now: Timestamp) -> bool {
        let (Some(held), Some(issued_at)) = (&self.held, hint.issued_at()) else {
            return false;
        };
        issued_at >= held.flight.started.saturating_sub(CLOCK_SKEW)
            && issued_at <= now.saturating_add(MAX_AHEAD)
    }

    /// The number of fetches started so far.
    pub(super) const fn flights(&self) -> u64 {
        self.flights
    }

    /// Whether a fetch that was started after the first `flights` has ended.
    pub(super) fn has_landed_since(&self, flights: u64) -> bool {
        let held = self.held.as_ref().map(|held| held.flight.number);
        let failed = self.failure.as_ref().map(|failure| failure.flight);
        held.max(failed).is_some_and(|last| last > flights)
    }

    /// Whether the set is from a fetch that was started after the first `flights`.
    pub(super) fn is_newer_than(&self, flights: u64) -> bool {
        let held = self.held.as_ref();
        held.is_some_and(|held| held.flight.number > flights)
    }

    /// Records the start of a fetch. Times only move forward, except when the clock was set back.
    pub(super) fn start(&mut self, is_look: bool, now: Timestamp, schedule: &Schedule) -> Flight {
        self.flights = self.flights.wrapping_add(1);
        let latest = |last: Option<Timestamp>| match last {
            Some(last)
                if now < last && last.saturating_duration_since(now) <= schedule.cool_down =>
            {
                last
            }
            _ => now,
        };
        self.last_attempt = Some(latest(self.last_attempt));
        if is_look {
            self.last_look = Some(latest(self.last_look));
        }
        Flight {
            number: self.flights,
            started: now,
            purges: self.purges,
        }
    }

    /// Whether a response without a usable key needs a second one that confirms it. Called once for each response.
    pub(super) fn doubts_emptiness(&mut self, flight: Flight) -> bool {
        let had_keys = self.held.as_ref().is_some_and(|held| !held.set.is_empty());
        had_keys && self.purges == flight.purges && !mem::replace(&mut self.suspected_empty, true)
    }

    /// Records the end of a fetch, unless the keys were purged since its start: its set may contain the very key that
    /// the purge removed.
    pub(super) fn land(
        &mut self,
        flight: Flight,
        fetched: Result<(KeySet, Option<Duration>), FetchError>,
        now: Timestamp,
        schedule: &Schedule,
    ) {
        if self.purges != flight.purges {
            return;
        }
        match fetched {
            Ok((set, max_age)) => self.succeed(flight, set, max_age, now, schedule),
            Err(error) => {
                let before = self.failure.as_ref().map_or(0, |failure| failure.count);
                let count = before.saturating_add(1);
                self.failure = Some(Failure {
                    error,
                    count,
                    flight: flight.number,
                    at: now,
                    backoff: backoff(count, schedule.cool_down),
                });
            }
        }
    }

    fn succeed(
        &mut self,
        flight: Flight,
        mut set: KeySet,
        max_age: Option<Duration>,
        now: Timestamp,
        schedule: &Schedule,
    ) {
        if let Some(held) = &self.held {
            set.keep_known(&held.set);
        }
        self.held = Some(Held {
            set: Arc::new(set),
            flight,
            fetched: now,
            fresh_for: schedule.fresh_for(max_age),
        });
        self.failure = None;
        self.suspected_empty = false;
    }

    /// Discards the set and every reason to wait.
    pub(super) fn purge(&mut self) {
        *self = Self {
            flights: self.flights,
            purges: self.purges.wrapping_add(1),
            ..Self::default()
        };
    }
}

fn distance(one: Timestamp, other: Timestamp) -> Duration {
    one.saturating_duration_since(other)
        .max(other.saturating_duration_since(one))
}

/// How long a set past its time is used while its refresh is in progress.
const GRACE: Duration = Duration::from_secs(60);
/// How far the clocks of issuer and server may differ.
const CLOCK_SKEW: Duration = Duration::from_secs(10);
/// A token with a later `iat` is refused anyway.
const MAX_AHEAD: Duration = Duration::from_secs(60);
