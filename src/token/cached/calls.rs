//! Calls of the verifier: one for each token at a time, a limited number of all, and a limited number of requests that
//! wait for them.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use ahash::RandomState;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

use super::results::{Outcome, Results, Spans};
use crate::crypto::Digest;
use crate::sync::{Mutex, MutexGuard, spawn};
use crate::time::Timestamp;
use crate::token::error::TokenError;
use crate::token::verifier::{PresentedToken, TokenVerifier};
use crate::unavailable::Unavailable;

/// The result of a call, once it has ended.
type Pending = watch::Receiver<Option<Outcome>>;

/// The settings of [`Calls`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) spans: Spans,
    pub(super) timeout: Duration,
    pub(super) concurrent: usize,
    pub(super) waiting: usize,
}

impl Limits {
    fn timed_out(&self) -> TokenError {
        unavailable(&format!(
            "no result within {:?}; configure with `Cached::timeout`",
            self.timeout
        ))
    }
}

/// The calls in progress, and the results of earlier ones.
pub(super) struct Calls {
    pub(super) results: Results,
    limits: Limits,
    in_progress: Mutex<HashMap<Digest, Pending, RandomState>>,
    slots: Semaphore,
    waiters: Semaphore,
}

impl Calls {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            results: Results::default(),
            limits,
            in_progress: Mutex::default(),
            slots: Semaphore::new(limits.concurrent),
            waiters: Semaphore::new(limits.waiting),
        }
    }

    /// Waits for the call that verifies this token, which is started unless it is in progress.
    pub(super) async fn outcome(
        self: &Arc<Self>,
        verifier: &Arc<dyn TokenVerifier>,
        token: PresentedToken<'_>,
        now: Timestamp,
    ) -> Outcome {
        let runtime = Handle::try_current()
            .map_err(|_| unavailable("there is no Tokio runtime to run the verifier"))?;
        let waiter = self.waiters.try_acquire();
        let _waiter = waiter.map_err(|_| too_many())?;
        let mut pending = match self.join(&runtime, verifier, token, now)? {
            Step::Known(outcome) => return outcome,
            Step::Wait(pending) => pending,
        };
        // The call may have to wait for others.
        let ended = timeout(self.limits.timeout, pending.wait_for(Option::is_some)).await;
        let ended = ended.map_err(|_| self.limits.timed_out())?;
        let outcome = ended.ok().and_then(|outcome| outcome.clone());
        outcome.unwrap_or_else(|| Err(unavailable("the verification ended without a result")))
    }

    /// The lock covers looking and starting: of two equal tokens at once, the second joins the call of the first.
    fn join(
        self: &Arc<Self>,
        runtime: &Handle,
        verifier: &Arc<dyn TokenVerifier>,
        token: PresentedToken<'_>,
        now: Timestamp,
    ) -> Result<Step, TokenError> {
        let mut in_progress = self.lock();
        if let Some(pending) = in_progress.get(token.digest()) {
            return Ok(Step::Wait(pending.clone()));
        }
        // The call may have ended after the caller looked.
        if let Some(outcome) = self.results.get(token.digest(), now) {
            return Ok(Step::Known(outcome));
        }
        // Calls outlive requests whose clients disconnected.
        if in_progress.len() >= self.limits.waiting {
            return Err(too_many());
        }
        let (sender, pending) = watch::channel(None);
        let call = Call {
            calls: Arc::clone(self),
            digest: *token.digest(),
            sender,
        };
        in_progress.insert(*token.digest(), pending.clone());
        let (verifier, text) = (Arc::clone(verifier), token.expose_secret().to_owned());
        spawn(
            runtime,
            async move { call.run(&*verifier, &text, now).await },
        );
        Ok(Step::Wait(pending))
    }

    /// Discards all results, and lets no further request join the calls in progress.
    pub(super) fn purge(&self) {
        let mut in_progress = self.lock();
        self.results.purge();
        in_progress.clear();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Digest, Pending, RandomState>> {
        let locked = self.in_progress.lock();
        locked.unwrap_or_else(PoisonError::into_inner)
    }
}

enum Step {
    Known(Outcome),
    Wait(Pending),
}

/// One call. It belongs to no request: a client that disconnects does not end it for others.
struct Call {
    calls: Arc<Calls>,
    digest: Digest,
    sender: watch::Sender<Option<Outcome>>,
}

impl Call {
    async fn run(self, verifier: &dyn TokenVerifier, token: &str, now: Timestamp) {
        let calls = Arc::clone(&self.calls);
        let slot = calls.slots.acquire().await;
        if slot.is_err() || self.is_abandoned() {
            return;
        }
        let Limits {
            spans,
            timeout: limit,
            ..
        } = self.calls.limits;
        let purges = self.calls.results.purges();
        let verified = verifier.verify(PresentedToken::new(token), now);
        let outcome = timeout(limit, verified)
            .await
            .unwrap_or_else(|_| Err(self.calls.limits.timed_out()));
        // Before the call is removed: a request that no longer finds the call finds its result. Under the lock, as a purge
        // is: a request that begins after the purge must not find it.
        let in_progress = self.calls.lock();
        let results = &self.calls.results;
        results.keep(self.digest, &outcome, spans, now, purges);
        drop(in_progress);
        self.sender.send_replace(Some(outcome));
    }

    /// Whether every client that waited for this call has disconnected. No request can join it from then on.
    fn is_abandoned(&self) -> bool {
        let mut in_progress = self.calls.lock();
        let in_map = usize::from(self.can_be_joined(&in_progress));
        if self.sender.receiver_count() > in_map {
            return false;
        }
        if in_map > 0 {
            in_progress.remove(&self.digest);
        }
        true
    }

    /// Not after a purge: the next request with this token makes a call of its own.
    fn can_be_joined(&self, in_progress: &HashMap<Digest, Pending, RandomState>) -> bool {
        let is_own = |pending: &Pending| pending.same_channel(&self.sender.subscribe());
        in_progress.get(&self.digest).is_some_and(is_own)
    }
}

/// Also after a panic of the verifier.
impl Drop for Call {
    fn drop(&mut self) {
        let mut in_progress = self.calls.lock();
        if self.can_be_joined(&in_progress) {
            in_progress.remove(&self.digest);
        }
    }
}

fn unavailable(reason: &str) -> TokenError {
    Unavailable::token_verifier(reason).into()
}

fn too_many() -> TokenError {
    let reason = "the limit of requests that wait for it is reached; configure with `Cached::waiting_requests`";
    Unavailable::token_verifier(reason).into()
}
