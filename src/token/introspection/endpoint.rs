//! Where an issuer's introspection endpoint is: configured, or from its metadata, which is read when it is needed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::metadata::{Place, introspection_endpoint};
use crate::http_client::HttpClient;
use crate::time::Timestamp;

#[derive(Clone, Debug)]
pub(super) enum Endpoint {
    Configured(Place),
    Discovered(Arc<Discovery>),
}

#[derive(Debug)]
pub(super) struct Discovery {
    issuer: String,
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
}

impl Endpoint {
    pub(super) fn of_issuer(issuer: &str, wants_tls_alias: bool) -> Self {
        Self::Discovered(Arc::new(Discovery {
            issuer: issuer.to_owned(),
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
        match introspection_endpoint(&self.issuer, self.wants_tls_alias, http).await {
            Ok(place) => {
                *self.lock() = Some(Known {
                    place: place.clone(),
                    named: now,
                    is_doubted: false,
                });
                Ok(place)
            }
            Err(reason) => {
                let known = self.lock().clone();
                let known = known.filter(|known| known.age(now) <= MAX_STALENESS);
                known.map(|known| known.place).ok_or(reason)
            }
        }
    }

    fn current(&self, now: Timestamp) -> Option<Place> {
        let known = self.lock();
        let current = |known: &&Known| !known.is_doubted && known.age(now) <= MAX_STALENESS / 2;
        known.as_ref().filter(current).map(|it| it.place.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Option<Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// In either direction, because clocks can be set back.
    fn age(&self, now: Timestamp) -> Duration {
        let since = now.saturating_duration_since(self.named);
        since.max(self.named.saturating_duration_since(now))
    }
}

const MAX_STALENESS: Duration = Duration::from_secs(24 * 60 * 60);
