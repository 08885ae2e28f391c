//! The freshness of a proof: its `iat` must lie within a narrow window around the current time (RFC 9449 section 4.3
//! item 11).

use std::time::Duration;

use super::claims::Claims;
use super::error::ProofError;
use crate::config_error::{ConfigError, in_range};
use crate::time::Timestamp;

/// How far `iat` may be in the past and in the future.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimeWindow {
    max_age: Duration,
    clock_skew: Duration,
}

impl TimeWindow {
    pub(super) fn set_max_age(&mut self, age: Duration) -> Result<(), ConfigError> {
        self.max_age = in_range("the maximum age of proofs", age, MIN_AGE, MAX_AGE)?;
        Ok(())
    }

    pub(super) fn set_clock_skew(&mut self, skew: Duration) -> Result<(), ConfigError> {
        let setting = "the clock skew of proofs";
        self.clock_skew = in_range(setting, skew, Duration::ZERO, MAX_SKEW)?;
        Ok(())
    }

    pub(super) const fn max_age(&self) -> Duration {
        self.max_age
    }

    pub(super) const fn clock_skew(&self) -> Duration {
        self.clock_skew
    }

    /// The span from the earliest to the latest `iat` that is accepted at one time.
    pub(super) const fn length(&self) -> Duration {
        self.max_age.saturating_add(self.clock_skew)
    }

    /// Until when a proof with this `iat` could be accepted again.
    pub(super) fn until(&self, iat: Timestamp) -> Timestamp {
        iat.saturating_add(self.max_age)
            .saturating_add(self.clock_skew)
    }

    /// Whether `now` is within the proof's lifetime, by `iat` and its own `exp`. Re-checked after a wait: time has
    /// passed, and the clock may have been set back.
    pub(super) fn check_time(
        &self,
        iat: Timestamp,
        exp: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), ProofError> {
        if iat > now.saturating_add(self.clock_skew) {
            return Err(ProofError::IssuedInFuture {
                ahead: iat.saturating_duration_since(now),
                limit: self.clock_skew,
            });
        }
        if iat < now.saturating_sub(self.max_age) {
            return Err(ProofError::IssuedTooLongAgo {
                age: now.saturating_duration_since(iat),
                limit: self.max_age,
            });
        }
        match exp {
            Some(exp) if now >= exp.saturating_add(self.clock_skew) => Err(ProofError::Expired {
                ago: now.saturating_duration_since(exp),
            }),
            _ => Ok(()),
        }
    }

    /// Whether the proof was issued recently, and is valid now by its own `exp` and `nbf`.
    pub(super) fn check(
        &self,
        iat: Timestamp,
        claims: &Claims<'_>,
        now: Timestamp,
    ) -> Result<(), ProofError> {
        self.check_time(iat, claims.exp, now)?;
        match claims.nbf {
            Some(nbf) if nbf > now.saturating_add(self.clock_skew) => {
                Err(ProofError::NotYetValid {
                    wait: nbf.saturating_duration_since(now),
                })
            }
            _ => Ok(()),
        }
    }
}

impl Default for TimeWindow {
    fn default() -> Self {
        Self {
            max_age: DEFAULT_AGE,
            clock_skew: DEFAULT_SKEW,
        }
    }
}

const DEFAULT_AGE: Duration = Duration::from_secs(60);
const DEFAULT_SKEW: Duration = Duration::from_secs(10);
const MIN_AGE: Duration = Duration::from_secs(1);
const MAX_AGE: Duration = Duration::from_secs(300);
const MAX_SKEW: Duration = Duration::from_secs(60);
