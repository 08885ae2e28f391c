//! What is known of one list: its statuses, how old they are, and when it may be fetched again.

use std::sync::Arc;
use std::time::Duration;

use super::list::StatusList;
use super::token::Published;
use crate::time::Timestamp;
use crate::unavailable::Unavailable;

/// One list of an issuer.
#[derive(Debug, Default)]
pub(super) struct Slot {
    current: Option<Current>,
    /// When the fetch in flight started.
    fetching: Option<Timestamp>,
    failures: u32,
    /// No fetch before this time, after a failed one.
    retry_at: Option<Timestamp>,
    error: Option<String>,
}

#[derive(Debug)]
struct Current {
    list: Arc<StatusList>,
    fetched: Timestamp,
    ttl: Duration,
    expires_at: Option<Timestamp>,
}

impl Slot {
    /// The list, unless it is too old.
    pub(super) fn usable(&self, max_staleness: Duration, now: Timestamp) -> Option<&StatusList> {
        let current = self.current.as_ref()?;
        let is_expired = current.expires_at.is_some_and(|exp| now >= exp);
        let limit = current.ttl.saturating_add(max_staleness);
        (!is_expired && current.age(now) <= limit).then_some(&*current.list)
    }

    /// Whether a fetch should start now. If so, marks it as started.
    pub(super) fn starts_fetch(&mut self, now: Timestamp) -> bool {
        let is_fresh = self.is_fresh(now);
        // A clock that was set back must not stop the fetches.
        let waits = |at: Timestamp| now < at && at <= now.saturating_add(MAX_BACKOFF);
        if is_fresh || self.is_fetching(now) || self.retry_at.is_some_and(waits) {
            return false;
        }
        self.fetching = Some(now);
        true
    }

    /// Whether no fetch is needed yet.
    pub(super) fn is_fresh(&self, now: Timestamp) -> bool {
        let is_fresh = |current: &Current| {
            let is_expired = current.expires_at.is_some_and(|exp| now >= exp);
            !is_expired && current.age(now) <= current.ttl
        };
        self.current.as_ref().is_some_and(is_fresh)
    }

    /// Whether a fetch is in flight. A task can end with its runtime, so none counts for long.
    fn is_fetching(&self, now: Timestamp) -> bool {
        self.fetching.is_some_and(|started| {
            let after = now.saturating_duration_since(started);
            after.max(started.saturating_duration_since(now)) < MAX_FETCH
        })
    }

    /// Stores the outcome of a fetch that started at `started`.
    pub(super) fn finish(&mut self, outcome: Result<Published, String>, started: Timestamp) {
        self.fetching = None;
        match outcome {
            Ok(published) => {
                let ttl = published.ttl.unwrap_or(DEFAULT_TTL);
                self.current = Some(Current {
                    list: Arc::new(published.list),
                    fetched: started,
                    ttl: ttl.clamp(MIN_TTL, MAX_TTL),
                    expires_at: published.expires_at,
                });
                (self.failures, self.retry_at, self.error) = (0, None, None);
            }
            Err(error) => {
                let backoff = MIN_BACKOFF.saturating_mul(1 << self.failures.min(6));
                self.retry_at = Some(started.saturating_add(backoff.min(MAX_BACKOFF)));
                self.failures = self.failures.saturating_add(1);
                self.error = Some(error);
            }
        }
    }

    /// Why there is no usable list.
    pub(super) fn unavailable(&self, now: Timestamp) -> Unavailable {
        let held = self.current.as_ref().map(|_| EXPIRED);
        let error = self.error.as_deref().or(held).unwrap_or(NOT_FETCHED);
        let error = Unavailable::revocation(error);
        let wait = self
            .retry_at
            .map(|at| at.saturating_duration_since(now).min(MAX_BACKOFF));
        error.with_retry_after(wait.unwrap_or_default().max(MIN_BACKOFF))
    }

    /// Frees the memory of a list that is too old. What is known of its fetches stays.
    pub(super) fn drop_expired(&mut self, max_staleness: Duration, now: Timestamp) {
        if self.current.is_some() && self.usable(max_staleness, now).is_none() {
            self.current = None;
            self.error.get_or_insert_with(|| EXPIRED.to_owned());
        }
    }

    /// The memory that the list takes up.
    pub(super) fn bytes(&self) -> usize {
        let current = self.current.as_ref();
        current.map_or(0, |current| current.list.len())
    }

    /// Whether the slot can be dropped for another list.
    pub(super) fn is_idle(&self, max_staleness: Duration, now: Timestamp) -> bool {
        !self.is_fetching(now) && self.usable(max_staleness, now).is_none()
    }
}

impl Current {
    /// The time between the fetch and now, in either direction, because clocks can be set back.
    fn age(&self, now: Timestamp) -> Duration {
        let after = now.saturating_duration_since(self.fetched);
        after.max(self.fetched.saturating_duration_since(now))
    }
}

const EXPIRED: &str = "the status list has expired and is being fetched";
const NOT_FETCHED: &str = "the status list is not yet fetched";
const DEFAULT_TTL: Duration = Duration::from_secs(300);
const MIN_TTL: Duration = Duration::from_secs(5);
const MAX_TTL: Duration = Duration::from_secs(24 * 60 * 60);
const MAX_FETCH: Duration = Duration::from_secs(30);
const MIN_BACKOFF: Duration = Duration::from_secs(1);
const MAX_BACKOFF: Duration = Duration::from_secs(60);
