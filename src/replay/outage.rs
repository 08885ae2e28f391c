//! An outage of a shared store, while an operator accepts requests without it: when it began, and how many requests
//! were accepted.

use std::sync::PoisonError;
use std::time::Duration;

use crate::sync::{Mutex, MutexGuard};
use crate::time::Timestamp;
use crate::unavailable::Unavailable;

#[derive(Debug, Default)]
pub(super) struct Outage(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    ongoing: Option<Ongoing>,
    /// In all outages.
    accepted: u64,
}

#[derive(Debug)]
struct Ongoing {
    began: Timestamp,
    next_call: Timestamp,
    accepted: u64,
}

/// Whether a request calls the shared store.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Call {
    /// No outage is known.
    Usual,
    /// One request in a second finds out whether the outage is over.
    Probe,
    /// The others do not wait for a store that is unavailable.
    Skip,
}

impl Outage {
    pub(super) fn next_call(&self, now: Timestamp) -> Call {
        let mut state = self.state();
        let Some(ongoing) = &mut state.ongoing else {
            return Call::Usual;
        };
        let was_set_back = now.saturating_add(BETWEEN_CALLS) < ongoing.next_call;
        if now < ongoing.next_call && !was_set_back {
            return Call::Skip;
        }
        ongoing.next_call = now.saturating_add(BETWEEN_CALLS);
        Call::Probe
    }

    /// The shared store is unavailable.
    pub(super) fn begin(&self, now: Timestamp, error: &Unavailable) {
        let mut state = self.state();
        if state.ongoing.is_some() {
            return;
        }
        state.ongoing = Some(Ongoing {
            began: now,
            next_call: now.saturating_add(BETWEEN_CALLS),
            accepted: 0,
        });
        drop(state);
        tracing::error!(
            reason = error.reason(),
            "the shared replay store is unavailable: until it answers, a proof may be accepted once by each node"
        );
    }

    /// A request was accepted without the shared store.
    pub(super) fn accepted(&self) {
        let mut state = self.state();
        state.accepted = state.accepted.saturating_add(1);
        if let Some(ongoing) = &mut state.ongoing {
            ongoing.accepted = ongoing.accepted.saturating_add(1);
        }
    }

    /// The shared store answered this call. One that began before the outage does not end it.
    pub(super) fn answered(&self, call: Call, now: Timestamp) {
        if call != Call::Probe {
            return;
        }
        let Some(ongoing) = self.state().ongoing.take() else {
            return;
        };
        let seconds = now.saturating_duration_since(ongoing.began).as_secs();
        tracing::info!(
            accepted = ongoing.accepted,
            seconds,
            "the shared replay store is available again; `accepted` requests were accepted without it"
        );
    }

    pub(super) fn is_ongoing(&self) -> bool {
        self.state().ongoing.is_some()
    }

    pub(super) fn accepted_in_all(&self) -> u64 {
        self.state().accepted
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic while the lock is held cannot leave a partial change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const BETWEEN_CALLS: Duration = Duration::from_secs(1);
