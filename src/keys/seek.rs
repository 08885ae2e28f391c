//! Handles a token whose key is not in the set, or whose signature did not verify: whether it waits for a fetch, and
//! for how long.

use std::sync::Arc;
use std::time::Duration;

use super::flight::{Plan, Shared, Step};
use super::hint::KeyHint;
use super::schedule::SHORTEST;
use super::set::VerificationKey;
use super::snapshot::Snapshot;
use super::waiters::{MAX_OTHER_WAITERS, MAX_WAITERS};
use crate::http_client::OutgoingRequest;
use crate::sync::sleep;
use crate::time::Timestamp;
use crate::unavailable::Unavailable;

/// Why a request needs a newer set.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Lack {
    /// There is no set, or the key is not in it.
    Key,
    /// A key was found, and the signature did not verify.
    Signature,
}

impl Shared {
    /// The keys for `hint`, after a fetch if one is allowed.
    pub(super) async fn seek(
        self: &Arc<Self>,
        hint: &KeyHint<'_>,
    ) -> Result<Vec<Arc<VerificationKey>>, Unavailable> {
        let flights = self.read(Snapshot::flights);
        self.wait(Lack::Key, hint, flights).await?;
        let now = self.clock.now();
        let found = self.lookup(now, |set| set.matching(hint))?;
        if !found.is_empty() {
            return Ok(found);
        }
        self.read(|snapshot| {
            // The key may exist, but the issuer did not answer.
            snapshot.failure(now).map_or(Ok(()), Err)?;
            self.check_age(snapshot, hint, flights, now)
        })?;
        Ok(found)
    }

    /// Whether [`Self::seek_newer`] may find more than the current set has: the token may be newer than the set, or a
    /// fetch is allowed.
    pub(super) fn may_seek_newer(&self, hint: &KeyHint<'_>, now: Timestamp) -> bool {
        self.read(|snapshot| {
            snapshot.is_young(hint, now) || snapshot.may_look(false, now, &self.schedule)
        })
    }

    /// The keys for `hint` after a fetch, if one is allowed.
    pub(super) async fn seek_newer(
        self: &Arc<Self>,
        hint: &KeyHint<'_>,
    ) -> Result<Vec<Arc<VerificationKey>>, Unavailable> {
        let flights = self.read(Snapshot::flights);
        self.wait(Lack::Signature, hint, flights).await?;
        let now = self.clock.now();
        let found = self.lookup(now, |set| set.matching(hint))?;
        self.read(|snapshot| self.check_age(snapshot, hint, flights, now))?;
        Ok(found)
    }

    /// Refuses to decide on a token that may be newer than the set: the issuer was not queried since the token arrived,
    /// or did not answer.
    fn check_age(
        &self,
        snapshot: &Snapshot,
        hint: &KeyHint<'_>,
        flights: u64,
        now: Timestamp,
    ) -> Result<(), Unavailable> {
        if !snapshot.is_young(hint, now) || snapshot.is_newer_than(flights) {
            return Ok(());
        }
        if let Some(failure) = snapshot.failure(now) {
            return Err(failure);
        }
        let wait = snapshot.wait_to_look(now, &self.schedule);
        let wait = wait.unwrap_or_default().max(SHORTEST);
        let unavailable = Unavailable::issuer_keys("the token is newer than the key set");
        Err(unavailable.with_retry_after(wait))
    }

    /// Waits until the set has the key, a fetch started since has ended, or no fetch is allowed.
    async fn wait(
        self: &Arc<Self>,
        lack: Lack,
        hint: &KeyHint<'_>,
        flights: u64,
    ) -> Result<(), Unavailable> {
        let mut place = None;
        let mut has_slept = false;
        // The fetch in progress may have started before the key was published: join it, sleep, and fetch.
        for _ in 0..MAX_STEPS {
            let is_answered = |snapshot: &Snapshot, now| {
                snapshot.has_landed_since(flights)
                    || (lack == Lack::Key && self.has_match(snapshot, hint, now))
            };
            let plan = |snapshot: &Snapshot, now| self.plan(hint, has_slept, snapshot, now);
            let step = self.step(is_answered, plan)?;
            if matches!(step, Step::Proceed) {
                break;
            }
            if place.is_none() {
                let limit = self.limit(lack, hint);
                place = Some(self.waiters.enter(limit, self.end_of(&step))?);
            }
            match step {
                Step::Proceed => break,
                // Closed, not changed: the result is in the snapshot.
                Step::Join(mut flight) => while flight.changed().await.is_ok() {},
                Step::Sleep(span) => {
                    self.require_runtime()?;
                    sleep(span).await;
                    has_slept = true;
                }
            }
        }
        drop(place);
        Ok(())
    }

    fn plan(
        &self,
        hint: &KeyHint<'_>,
        has_slept: bool,
        snapshot: &Snapshot,
        now: Timestamp,
    ) -> Plan {
        if snapshot.set(now, &self.schedule).is_none() {
            return if snapshot.may_attempt(now, &self.schedule) {
                Plan::Refresh
            } else {
                Plan::Otherwise(Step::Proceed)
            };
        }
        let is_young = snapshot.is_young(hint, now);
        if snapshot.may_look(is_young, now, &self.schedule) {
            return Plan::Look;
        }
        match snapshot.wait_to_look(now, &self.schedule) {
            // The clock may not have advanced by as much as the sleep lasted.
            Some(_) if has_slept && is_young => Plan::Look,
            Some(wait) if is_young && wait <= MAX_SLEEP => Plan::Otherwise(Step::Sleep(wait)),
            _ => Plan::Otherwise(Step::Proceed),
        }
    }

    /// When the step ends: the fetch in progress at the latest after the timeout of a request.
    fn end_of(&self, step: &Step) -> Duration {
        let now = self.clock.now();
        let wait = match step {
            Step::Sleep(span) => *span,
            Step::Join(_) => {
                let passed = self.read(|snapshot| snapshot.since_attempt(now));
                OutgoingRequest::TIMEOUT.saturating_sub(passed)
            }
            Step::Proceed => Duration::ZERO,
        };
        wait.max(SHORTEST)
    }

    /// How many requests may wait before this one is refused at once.
    fn limit(&self, lack: Lack, hint: &KeyHint<'_>) -> usize {
        let now = self.clock.now();
        let needs_fetch = self.read(|snapshot| {
            snapshot.set(now, &self.schedule).is_none() || snapshot.is_young(hint, now)
        });
        if lack == Lack::Key && needs_fetch {
            MAX_WAITERS
        } else {
            MAX_OTHER_WAITERS
        }
    }

    fn has_match(&self, snapshot: &Snapshot, hint: &KeyHint<'_>, now: Timestamp) -> bool {
        let set = snapshot.set(now, &self.schedule);
        set.is_some_and(|set| !set.matching(hint).is_empty())
    }
}

/// Join, sleep, join; one more in case of a concurrent purge.
const MAX_STEPS: usize = 4;
/// With a long cool-down the client receives `Retry-After` instead.
const MAX_SLEEP: Duration = Duration::from_secs(5);
