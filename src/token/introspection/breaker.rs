//! The circuit breaker: after consecutive failures, calls are refused without waiting for the server.

use std::sync::PoisonError;
use std::time::Duration;

use crate::keys::backoff;
use crate::sync::{Mutex, MutexGuard};
use crate::time::{Clock, Timestamp};

#[derive(Debug, Default)]
pub(super) struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Consecutive ones.
    failures: u32,
    /// Since when, and until when, calls are refused.
    open: Option<(Timestamp, Timestamp)>,
    /// Whether a call finds out if the server is back.
    is_trying: bool,
}

/// What a call tells about the server.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ending {
    /// It answers.
    Responded,
    /// It does not answer, or refuses every call.
    Failed,
    /// Neither: the failure may be due to this token, which a client chose.
    Unknown,
}

impl Breaker {
    /// Admits a call, or returns the time until one may be admitted.
    pub(super) fn admit<'a>(&'a self, clock: &'a dyn Clock) -> Result<Permit<'a>, Duration> {
        let mut state = self.lock();
        let now = clock.now();
        if let Some((since, until)) = state.open {
            // A clock that was set back must not prolong the wait.
            if since <= now && now < until {
                return Err(until.saturating_duration_since(now));
            }
            if state.is_trying {
                return Err(SHORTEST_WAIT);
            }
            state.is_trying = true;
        }
        Ok(Permit {
            breaker: self,
            clock,
            is_trial: state.is_trying,
            ending: Ending::Failed,
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One call. Dropped without an ending, it took too long, which is a failure.
#[derive(Debug)]
pub(super) struct Permit<'a> {
    breaker: &'a Breaker,
    clock: &'a dyn Clock,
    is_trial: bool,
    ending: Ending,
}

impl Permit<'_> {
    pub(super) fn end(mut self, ending: Ending) {
        self.ending = ending;
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.breaker.lock();
        if self.is_trial {
            state.is_trying = false;
        }
        match self.ending {
            Ending::Responded => {
                if state.open.is_some() {
                    tracing::info!("introspection is available again");
                }
                *state = State::default();
            }
            Ending::Failed => state.fail(self.is_trial, self.clock.now()),
            Ending::Unknown => {}
        }
    }
}

impl State {
    fn fail(&mut self, is_trial: bool, now: Timestamp) {
        // Calls that were admitted before the breaker opened tell nothing new.
        if self.open.is_some() && !is_trial {
            return;
        }
        self.failures = self.failures.saturating_add(1);
        if self.failures < MOST_FAILURES {
            return;
        }
        let wait = backoff(self.failures - MOST_FAILURES + 1, LONGEST_WAIT);
        self.open = Some((now, now.saturating_add(wait)));
        tracing::warn!(
            failures = self.failures,
            ?wait,
            "introspection fails: calls are refused"
        );
    }
}

const MOST_FAILURES: u32 = 5;
const SHORTEST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct At(Timestamp);

    impl Clock for At {
        fn now(&self) -> Timestamp {
            self.0
        }
    }

    fn fail(breaker: &Breaker, clock: &At) {
        let permit = breaker.admit(clock).expect("the call is admitted");
        permit.end(Ending::Failed);
    }

    #[test]
    fn int_09_wait_doubles_with_each_failure_and_ends_on_time() {
        let breaker = Breaker::default();
        let mut clock = At(Timestamp::from_unix_seconds(1_800_000_000));
        for _ in 1..MOST_FAILURES {
            fail(&breaker, &clock);
        }
        for base in [1, 2, 4, 8, 16, 30, 30] {
            fail(&breaker, &clock);
            let wait = breaker.admit(&clock).expect_err("calls are refused");
            let base = Duration::from_secs(base);
            let longest = (base * 3 / 2).min(LONGEST_WAIT);
            assert!((base..=longest).contains(&wait), "{wait:?} for {base:?}");
            let millisecond = Duration::from_millis(1);
            let end = clock.0.saturating_add(wait);
            let last = At(end.saturating_sub(millisecond));
            let rest = breaker.admit(&last).expect_err("calls are refused");
            assert_eq!(rest, millisecond);
            clock = At(end);
        }
    }
}
