//! Where an issuer's introspection endpoint is: configured, or from its metadata, which is read when it is needed.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::time::timeout;

use super::metadata::{Place, introspection_endpoint};
use crate::http_client::{HttpClient, MetadataSource};
use crate::sync::{Mutex, MutexGuard};
use crate::time::Timestamp;

#[derive(Clone, Debug)]
pub(super) enum Endpoint {
    Configured(Place),
    Discovered(Arc<Discovery>),
}

#[derive(Debug)]
pub(super) struct Discovery {
    metadata: MetadataSource,
    wants_tls_alias: bool,
    known: Mutex<Option<Known>>,
    /// One request reads the metadata, the others wait for it.
    reading: tokio::sync::Mutex<()>,
}

#[derive(Clone, Debug)]
struct Known {
    place: Place,
    /// When the metadata supplied it.
    named: Timestamp,
    /// Whether a call failed since: the endpoint may have moved.
    is_doubted: bool,
    /// When the metadata could not be read.
    failed: Option<Timestamp>,
}

impl Endpoint {
    pub(super) fn of_issuer(issuer: &str, wants_tls_alias: bool) -> Self {
        Self::Discovered(Arc::new(Discovery {
            metadata: MetadataSource {
                issuer: issuer.to_owned(),
                url: None,
            },
            wants_tls_alias,
            known: Mutex::default(),
            reading: tokio::sync::Mutex::default(),
        }))
    }

    pub(super) async fn find(
        &self,
        http: &dyn HttpClient,
        now: Timestamp,
    ) -> Result<Place, String> {
        match self {
            Self::Configured(place) => Ok(place.clone()),
            Self::Discovered(discovery) => discovery.find(http, now).await,
        }
    }

    /// Makes the next call read the metadata again.
    pub(super) fn doubt(&self) {
        if let Self::Discovered(discovery) = self
            && let Some(known) = &mut *discovery.lock()
        {
            known.is_doubted = true;
        }
    }
}

impl Discovery {
    /// The known URL while it is current; otherwise the one that the metadata has. If the metadata is unavailable, the
    /// known URL is used until it is too old.
    async fn find(&self, http: &dyn HttpClient, now: Timestamp) -> Result<Place, String> {
        if let Some(place) = self.current(now) {
            return Ok(place);
        }
        let _reading = self.reading.lock().await;
        if let Some(place) = self.current(now) {
            return Ok(place);
        }
        match self.read(http).await {
            Ok(place) => {
                *self.lock() = Some(Known {
                    place: place.clone(),
                    named: now,
                    is_doubted: false,
                    failed: None,
                });
                Ok(place)
            }
            Err(reason) => {
                let mut known = self.lock();
                let known = known
                    .as_mut()
                    .filter(|known| known.age(now) <= MAX_STALENESS);
                let known = known.ok_or(reason)?;
                known.failed = Some(now);
                Ok(known.place.clone())
            }
        }
    }

    /// A server of metadata that hangs must not take up the time of a call whose endpoint is known.
    async fn read(&self, http: &dyn HttpClient) -> Result<Place, String> {
        let read = introspection_endpoint(&self.metadata, self.wants_tls_alias, http);
        let read = async { read.await.map_err(|error| error.reason().to_owned()) };
        if self.lock().is_none() {
            return read.await;
        }
        let read = timeout(LONGEST_READ, read).await;
        read.unwrap_or_else(|_| Err(format!("no metadata within {LONGEST_READ:?}")))
    }

    fn current(&self, now: Timestamp) -> Option<Place> {
        let known = self.lock();
        let current = |known: &&Known| known.is_current(now);
        known.as_ref().filter(current).map(|it| it.place.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Option<Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn is_current(&self, now: Timestamp) -> bool {
        let failed_recently = self.failed.is_some_and(|failed| {
            failed <= now && now.saturating_duration_since(failed) < BETWEEN_READS
        });
        let is_fresh = !self.is_doubted && self.age(now) <= MAX_STALENESS / 2;
        is_fresh || (failed_recently && self.age(now) <= MAX_STALENESS)
    }

    /// In either direction, because clocks can be set back.
    fn age(&self, now: Timestamp) -> Duration {
        let since = now.saturating_duration_since(self.named);
        since.max(self.named.saturating_duration_since(now))
    }
}

const MAX_STALENESS: Duration = Duration::from_secs(24 * 60 * 60);
/// While an endpoint is known.
const LONGEST_READ: Duration = Duration::from_secs(2);
/// After metadata that could not be read.
const BETWEEN_READS: Duration = Duration::from_secs(30);
