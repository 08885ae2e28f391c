//! Keys that follow an authorization server: fetched at start, refreshed in the background, sought anew
//! when a token names an unknown one, and bounded in every direction.

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::timeout;

use super::download::Download;
use super::hint::KeyHint;
use super::set::{KeySet, VerificationKey};
use super::snapshot::{Schedule, Snapshot};
use super::source::{KeySource, KeysUnavailable};
use crate::answer::Answer;
use crate::config_error::ConfigError;
use crate::http_client::Fetch;
use crate::time::{Clock, Timestamp};

/// The keys that an issuer publishes.
///
/// A token with an unknown `kid` waits for one fetch, so a rotation fails no request; strangers who
/// invent `kid`s cause one fetch per cool-down (30 s) and are refused in between. A set is
/// fetched again in the background after its `max-age` (kept within 5 minutes and half of the accepted staleness; 15
/// minutes without one). While the issuer does not answer, the last set serves for up to 24 hours; after
/// that, requests are refused with 503. A key that is replaced under the same `kid`, or has none, is seen at the next
/// refresh only.
///
/// Needs a Tokio runtime.
///
/// # Deployment
///
/// A key that the issuer withdraws is believed until the next refresh. In an emergency call
/// [`RemoteKeys::purge`].
#[derive(Clone, Debug)]
pub struct RemoteKeys {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    download: Download,
    schedule: Schedule,
    clock: Arc<dyn Clock>,
    snapshot: RwLock<Snapshot>,
    /// Closed when the fetch that is under way has ended.
    flight: Mutex<Option<watch::Receiver<()>>>,
}

impl RemoteKeys {
    /// Forgets all keys at once. The next token causes a fetch and waits for it; while it fails, requests are refused with
    /// 503.
    pub fn purge(&self) {
        self.shared.change(Snapshot::purge);
    }

    pub(super) fn unfetched(download: Download, schedule: Schedule, clock: Arc<dyn Clock>) -> Self {
        Self {
            shared: Arc::new(Shared {
                download,
                schedule,
                clock,
                snapshot: RwLock::default(),
                flight: Mutex::default(),
            }),
        }
    }

    /// The first fetch, whose failure the operator should see.
    pub(super) async fn connect(self) -> Result<Self, ConfigError> {
        self.shared.refresh().await;
        let now = self.shared.clock.now();
        let origin = || self.shared.download.to_string();
        match self.shared.lookup(now, |set| (set.len(), set.skipped())) {
            Ok((0, skipped)) => Err(ConfigError::NoKey {
                origin: origin(),
                skipped,
            }),
            Ok(_) => Ok(self),
            Err(unavailable) => Err(ConfigError::UnreadableKeys {
                origin: origin(),
                reason: unavailable.to_string(),
            }),
        }
    }

    async fn seek(
        &self,
        hint: &KeyHint<'_>,
        now: Timestamp,
    ) -> Result<Vec<Arc<VerificationKey>>, KeysUnavailable> {
        // Twice, because the first fetch may have been under way before the key was published.
        for _ in 0..2 {
            let Some(mut flight) = self.shared.reason_to_wait(now)? else {
                break;
            };
            // Closed, not changed: the answer is in the snapshot.
            while flight.changed().await.is_ok() {}
            let found = self.shared.lookup(now, |set| set.matching(hint));
            if found.is_ok_and(|found| !found.is_empty()) {
                break;
            }
        }
        let found = self.shared.lookup(now, |set| set.matching(hint))?;
        let failure = |snapshot: &Snapshot| snapshot.failure().map(str::to_owned);
        match self.shared.read(failure) {
            // The key may be there, but we could not look.
            Some(failure) if found.is_empty() => Err(KeysUnavailable::because(failure)),
            _ => Ok(found),
        }
    }
}

impl KeySource for RemoteKeys {
    fn find<'a>(
        &'a self,
        hint: &'a KeyHint<'a>,
        now: Timestamp,
    ) -> Answer<'a, Result<Vec<Arc<VerificationKey>>, KeysUnavailable>> {
        self.shared.refresh_if_due(now);
        match self.shared.lookup(now, |set| set.matching(hint)) {
            Ok(found) if !found.is_empty() => Answer::known(Ok(found)),
            _ => Answer::awaited(self.seek(hint, now)),
        }
    }

    fn trusts(&self, key: &VerificationKey, now: Timestamp) -> bool {
        self.shared.refresh_if_due(now);
        self.shared
            .lookup(now, |set| set.contains(key))
            .unwrap_or(false)
    }
}

impl Shared {
    /// Asks the set, if there is one that is not too old.
    fn lookup<T>(
        &self,
        now: Timestamp,
        question: impl FnOnce(&KeySet) -> T,
    ) -> Result<T, KeysUnavailable> {
        self.read(|snapshot| match snapshot.set(now, &self.schedule) {
            Some(set) => Ok(question(set)),
            None => Err(KeysUnavailable::because(
                snapshot.failure().unwrap_or("no key set was fetched yet"),
            )),
        })
    }

    fn refresh_if_due(self: &Arc<Self>, now: Timestamp) {
        let is_due =
            |snapshot: &Snapshot| snapshot.is_stale(now) && snapshot.may_try(now, &self.schedule);
        if self.read(is_due) {
            // Without a runtime the set ages, and is refused once it is too old.
            drop(self.flight_if(now, |snapshot| is_due(snapshot)));
        }
    }

    /// A fetch to wait for, when the set lacks a key or is missing: the one under way, or a new one if
    /// the last is long enough ago.
    fn reason_to_wait(
        self: &Arc<Self>,
        now: Timestamp,
    ) -> Result<Option<watch::Receiver<()>>, KeysUnavailable> {
        self.flight_if(now, |snapshot| match snapshot.set(now, &self.schedule) {
            Some(_) => snapshot.may_seek(now, &self.schedule),
            None => snapshot.may_try(now, &self.schedule),
        })
    }

    /// The fetch under way, or a new one if it is wanted. It belongs to no request: a client that hangs up
    /// does not end it.
    ///
    /// One lock over look, question and take-off: of two that ask at once, the second finds the flight.
    fn flight_if(
        self: &Arc<Self>,
        now: Timestamp,
        wanted: impl FnOnce(&mut Snapshot) -> bool,
    ) -> Result<Option<watch::Receiver<()>>, KeysUnavailable> {
        let mut flight = self.flight.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(under_way) = flight.as_ref().filter(|flight| is_under_way(flight)) {
            return Ok(Some(under_way.clone()));
        }
        if !self.change(wanted) {
            return Ok(None);
        }
        let runtime = Handle::try_current().map_err(|_| KeysUnavailable::because(NO_RUNTIME))?;
        self.change(|snapshot| snapshot.start(now));
        let (landing, under_way) = watch::channel(());
        *flight = Some(under_way.clone());
        let shared = Arc::clone(self);
        runtime.spawn(async move {
            shared.refresh().await;
            drop(landing);
        });
        Ok(Some(under_way))
    }

    async fn refresh(&self) {
        let purges = self.read(Snapshot::purges);
        if Handle::try_current().is_err() {
            self.change(|snapshot| snapshot.fail(NO_RUNTIME.to_owned()));
            return;
        }
        // The client has limits of its own; one without them must not keep the flight in the air for ever.
        let downloaded = timeout(MAX_FLIGHT, self.download.run()).await;
        let downloaded = downloaded
            .unwrap_or_else(|_| Err(KeysUnavailable::because("the HTTP client did not answer")));
        let now = self.clock.now();
        match downloaded {
            Ok((set, max_age)) => {
                if set.is_empty() {
                    tracing::warn!(keys = %self.download, "the key set has no usable key");
                }
                // A set asked for before a purge may hold the very key that was to go.
                self.change(|snapshot| {
                    if snapshot.purges() == purges {
                        snapshot.succeed(set, max_age, now, &self.schedule);
                    }
                });
            }
            Err(unavailable) => {
                tracing::warn!(keys = %self.download, %unavailable, "the key set could not be fetched");
                self.change(|snapshot| snapshot.fail(unavailable.to_string()));
            }
        }
    }

    fn read<T>(&self, question: impl FnOnce(&Snapshot) -> T) -> T {
        question(&self.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn change<T>(&self, change: impl FnOnce(&mut Snapshot) -> T) -> T {
        change(
            &mut self
                .snapshot
                .write()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }
}

/// The task drops the sender when it ends, also when it panics or the runtime stops.
fn is_under_way(flight: &watch::Receiver<()>) -> bool {
    flight.has_changed().is_ok()
}

const NO_RUNTIME: &str = "there is no Tokio runtime to fetch keys on";
/// Metadata in two places, and the set.
const MAX_FLIGHT: Duration = Duration::from_secs(3 * Fetch::TIMEOUT.as_secs());
