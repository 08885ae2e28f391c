//! When a proof is fresh: its `iat` lies within a narrow window around now (RFC 9449 section 4.3 item 11).

use std::time::Duration;

use super::error::ProofError;
use super::presented::Claims;
use crate::config_error::{ConfigError, in_range};
use crate::time::Timestamp;

/// How far `iat` may lie behind and ahead.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimeWindow {
    past: Duration,
    future: Duration,
}

impl TimeWindow {
    pub(super) fn new(past: Duration, future: Duration) -> Result<Self, ConfigError> {
        let (setting, none) = ("the future window of proofs", Duration::ZERO);
        Ok(Self {
            past: in_range("the past window of proofs", past, MIN_PAST, MAX_PAST)?,
            future: in_range(setting, future, none, MAX_FUTURE)?,
        })
    }

    /// From the earliest to the latest `iat` that is accepted at one time.
    pub(super) const fn length(&self) -> Duration {
        self.past.saturating_add(self.future)
    }

    /// Until when a proof could be accepted again.
    pub(super) fn until(&self, iat: Timestamp) -> Timestamp {
        iat.saturating_add(self.past).saturating_add(self.future)
    }

    /// Whether `now` lies in its time, by `iat` and its own `exp`. Re-checked after a wait: time has passed, and the clock
    /// may have been set back.
    pub(super) fn check_time(
        &self,
        iat: Timestamp,
        exp: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), ProofError> {
        if iat > now.saturating_add(self.future) {
            return Err(ProofError::IssuedInFuture {
                ahead: iat.since(now),
                limit: self.future,
            });
        }
        if iat < now.saturating_sub(self.past) {
            return Err(ProofError::IssuedTooLongAgo {
                age: now.since(iat),
                limit: self.past,
            });
        }
        match exp {
            Some(exp) if now >= exp.saturating_add(self.future) => Err(ProofError::Expired {
                ago: now.since(exp),
            }),
            _ => Ok(()),
        }
    }

    /// Whether it was made just now, and is good now if it says so itself.
    pub(super) fn check(
        &self,
        iat: Timestamp,
        claims: &Claims<'_>,
        now: Timestamp,
    ) -> Result<(), ProofError> {
        self.check_time(iat, claims.exp, now)?;
        match claims.nbf {
            Some(nbf) if nbf > now.saturating_add(self.future) => Err(ProofError::NotYetValid {
                wait: nbf.since(now),
            }),
            _ => Ok(()),
        }
    }
}

impl Default for TimeWindow {
    fn default() -> Self {
        Self {
            past: DEFAULT_PAST,
            future: DEFAULT_FUTURE,
        }
    }
}

const DEFAULT_PAST: Duration = Duration::from_secs(60);
const DEFAULT_FUTURE: Duration = Duration::from_secs(10);
const MIN_PAST: Duration = Duration::from_secs(1);
const MAX_PAST: Duration = Duration::from_secs(300);
const MAX_FUTURE: Duration = Duration::from_secs(60);
