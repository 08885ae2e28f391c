//! Runs one fetch at a time, shared by all requests that wait for it.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::timeout;

use super::download::Download;
use super::schedule::Schedule;
use super::set::KeySet;
use super::snapshot::{Flight, Snapshot};
use super::waiters::Waiters;
use crate::http_client::{FetchError, OutgoingRequest};
use crate::sync::{Mutex, RwLock, spawn};
use crate::time::{Clock, Timestamp};
use crate::unavailable::Unavailable;

/// The state that the clones of one `RemoteKeys` share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) download: Download,
    pub(super) schedule: Schedule,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) waiters: Waiters,
    snapshot: RwLock<Snapshot>,
    /// Closed when the fetch in progress has ended.
    flight: Mutex<Option<watch::Receiver<()>>>,
}

/// What a request does next.
pub(super) enum Step {
    /// Waits until this fetch has ended.
    Join(watch::Receiver<()>),
    /// Waits, and then plans again.
    Sleep(Duration),
    /// Nothing: uses what is known.
    Proceed,
}

/// What to do if no fetch is in progress.
pub(super) enum Plan {
    Refresh,
    /// Starts a fetch because of an unknown key.
    Look,
    Otherwise(Step),
}

impl Shared {
    pub(super) fn new(download: Download, schedule: Schedule, clock: Arc<dyn Clock>) -> Self {
        Self {
            download,
            schedule,
            clock,
            waiters: Waiters::default(),
            snapshot: RwLock::default(),
            flight: Mutex::default(),
        }
    }

    /// Looks in the set, if there is one that may still be used.
    pub(super) fn lookup<T>(
        &self,
        now: Timestamp,
        question: impl FnOnce(&KeySet) -> T,
    ) -> Result<T, Unavailable> {
        self.read(|snapshot| match snapshot.set(now, &self.schedule) {
            Some(set) => Ok(question(set)),
            None => Err(snapshot.failure(now).unwrap_or_else(|| {
                Unavailable::issuer_keys("no current key set was fetched yet")
                    .with_retry_after(snapshot.wait_to_attempt(now))
            })),
        })
    }

    pub(super) fn refresh_if_due(self: &Arc<Self>, now: Timestamp) {
        if self.read(|snapshot| snapshot.is_due(now, &self.schedule)) {
            let plan = |snapshot: &Snapshot, now| {
                if snapshot.is_due(now, &self.schedule) {
                    Plan::Refresh
                } else {
                    Plan::Otherwise(Step::Proceed)
                }
            };
            // Without a runtime the set is not refreshed, and is rejected once it is too old.
            drop(self.step(|_, _| false, plan));
        }
    }

    /// Joins the fetch in progress, or does what `plan` says. The fetch belongs to no request: a client that
    /// disconnects does not end it.
    ///
    /// The lock covers checking, planning and starting: of two concurrent requests, the second finds the fetch of the
    /// first. The clock is read under the lock, because a time read before waiting for it may be old.
    pub(super) fn step(
        self: &Arc<Self>,
        is_answered: impl FnOnce(&Snapshot, Timestamp) -> bool,
        plan: impl FnOnce(&Snapshot, Timestamp) -> Plan,
    ) -> Result<Step, Unavailable> {
        let mut flight = self.flight.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        if self.read(|snapshot| is_answered(snapshot, now)) {
            return Ok(Step::Proceed);
        }
        if let Some(under_way) = flight.as_ref().filter(|flight| is_under_way(flight)) {
            return Ok(Step::Join(under_way.clone()));
        }
        let is_look = match self.read(|snapshot| plan(snapshot, now)) {
            Plan::Otherwise(step) => return Ok(step),
            Plan::Refresh => false,
            Plan::Look => true,
        };
        let runtime = self.require_runtime()?;
        let started = self.change(|snapshot| snapshot.start(is_look, now, &self.schedule));
        let (landing, under_way) = watch::channel(());
        *flight = Some(under_way.clone());
        let shared = Arc::clone(self);
        spawn(&runtime, async move {
            shared.fetch(started).await;
            drop(landing);
        });
        Ok(Step::Join(under_way))
    }

    /// Runs the first fetch, which the caller waits for.
    pub(super) async fn fetch_first(&self) {
        let now = self.clock.now();
        let started = self.change(|snapshot| snapshot.start(false, now, &self.schedule));
        self.fetch(started).await;
    }

    async fn fetch(&self, flight: Flight) {
        let fetched = self.download().await;
        let source = self.download.source();
        let fetched = match fetched {
            Ok((set, _))
                if set.is_empty() && self.change(|snapshot| snapshot.doubts_emptiness(flight)) =>
            {
                source.emptied();
                Err(FetchError::unusable("the key set has no usable key"))
            }
            Ok((set, max_age)) => {
                let held = self.read(|snapshot| snapshot.last_set().map(Arc::clone));
                source.fetched(&set, held.is_none());
                let known = held.as_ref().map_or(&[][..], |held| held.skipped());
                if !set.skipped().is_empty() && set.skipped() != known {
                    source.skipped(&set);
                }
                Ok((set, max_age))
            }
            Err(error) => {
                source.failed(&error);
                Err(error)
            }
        };
        let now = self.clock.now();
        self.change(|snapshot| snapshot.land(flight, fetched, now, &self.schedule));
    }

    async fn download(&self) -> Result<(KeySet, Option<Duration>), FetchError> {
        runtime().ok_or_else(|| FetchError::unusable(NO_RUNTIME))?;
        let max_staleness = self.schedule.max_staleness;
        let run = self.download.run(self.clock.now(), max_staleness);
        // The HTTP client has timeouts of its own; one without them must not block all further fetches.
        let downloaded = timeout(MAX_FLIGHT, run).await;
        downloaded.unwrap_or_else(|_| Err(FetchError::late()))
    }

    /// Without a runtime no fetch can start; another request may have one, but not sooner than a fetch is allowed.
    pub(super) fn require_runtime(&self) -> Result<Handle, Unavailable> {
        runtime().ok_or_else(|| {
            Unavailable::issuer_keys(NO_RUNTIME).with_retry_after(self.schedule.cool_down)
        })
    }

    pub(super) fn read<T>(&self, question: impl FnOnce(&Snapshot) -> T) -> T {
        question(&self.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Snapshot) -> T) -> T {
        change(
            &mut self
                .snapshot
                .write()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }
}

/// Tokio's timers and tasks panic without a runtime.
fn runtime() -> Option<Handle> {
    Handle::try_current().ok()
}

/// The task drops the sender when it ends, even if it panics or the runtime stops.
fn is_under_way(flight: &watch::Receiver<()>) -> bool {
    flight.has_changed().is_ok()
}

const NO_RUNTIME: &str = "there is no Tokio runtime to fetch keys on";
/// Two metadata documents, and the set.
const MAX_FLIGHT: Duration = Duration::from_secs(3 * OutgoingRequest::TIMEOUT.as_secs());
