//! One fetch of a key set: the issuer's metadata if the key set's URL is not known yet, then the set itself.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::metadata::key_set_address;
use super::set::KeySet;
use crate::config_error::{ConfigError, UrlError, redacted};
use crate::http_client::{HttpClient, HttpError, OutgoingRequest, UrlSource};
use crate::time::Timestamp;
use crate::unavailable::Unavailable;
use crate::uri::{PlainHttp, check_issuer, check_url};

#[derive(Debug)]
pub(super) struct Download {
    client: Arc<dyn HttpClient>,
    /// The issuer whose metadata has the URL; `None` if the URL is configured.
    issuer: Option<String>,
    address: Mutex<Address>,
}

#[derive(Debug, Default)]
struct Address {
    known: Option<Known>,
    /// How often the URL was forgotten.
    purges: u64,
}

#[derive(Clone, Debug)]
struct Known {
    fetch: OutgoingRequest,
    /// When the metadata supplied the URL; `None` if the configuration did.
    named: Option<Timestamp>,
    /// Whether the last fetch failed: the key set may have moved.
    is_doubted: bool,
}

impl Download {
    pub(super) fn for_issuer(
        issuer: &str,
        client: Arc<dyn HttpClient>,
    ) -> Result<Self, ConfigError> {
        check_issuer(issuer, PlainHttp::Refused)?;
        Ok(Self {
            client,
            issuer: Some(issuer.to_owned()),
            address: Mutex::default(),
        })
    }

    pub(super) fn at(address: &str, client: Arc<dyn HttpClient>) -> Result<Self, ConfigError> {
        check_url(address, PlainHttp::Refused).map_err(|reason: UrlError| ConfigError::Url {
            value: redacted(address),
            reason,
        })?;
        let known = Known {
            fetch: OutgoingRequest::get(address, UrlSource::Configured),
            named: None,
            is_doubted: false,
        };
        Ok(Self {
            client,
            issuer: None,
            address: Mutex::new(Address {
                known: Some(known),
                purges: 0,
            }),
        })
    }

    /// Fetches the set, and returns it with the time for which it may be cached.
    pub(super) async fn run(
        &self,
        now: Timestamp,
        max_staleness: Duration,
    ) -> Result<(KeySet, Option<Duration>), Unavailable> {
        let fetch = self.address(now, max_staleness).await?;
        let result = self.fetch(&fetch).await;
        if result.is_err()
            && let Some(known) = &mut self.lock().known
        {
            known.is_doubted = true;
        }
        result
    }

    /// Makes the next fetch read the metadata, unless the URL is configured.
    pub(super) fn forget_address(&self) {
        if self.issuer.is_some() {
            let mut address = self.lock();
            address.known = None;
            address.purges = address.purges.wrapping_add(1);
        }
    }

    /// The known URL while it is current; otherwise the one that the metadata has. If the metadata is unavailable, the
    /// known URL is used until it is too old.
    async fn address(
        &self,
        now: Timestamp,
        max_staleness: Duration,
    ) -> Result<OutgoingRequest, Unavailable> {
        let (known, purges) = {
            let address = self.lock();
            (address.known.clone(), address.purges)
        };
        let Some(issuer) = &self.issuer else {
            let fixed = known.map(|known| known.fetch);
            return fixed
                .ok_or_else(|| Unavailable::issuer_keys("the URL of the keys is not known"));
        };
        let known = known.filter(|known| known.age(now) <= max_staleness);
        if let Some(known) = &known
            && !known.is_doubted
            && known.age(now) <= max_staleness / 2
        {
            return Ok(known.fetch.clone());
        }
        match key_set_address(issuer, self.client.as_ref()).await {
            Ok(fetch) => {
                let mut address = self.lock();
                // Metadata that was requested before a purge may have the URL that the purge removed.
                if address.purges == purges {
                    address.known = Some(Known {
                        fetch: fetch.clone(),
                        named: Some(now),
                        is_doubted: false,
                    });
                }
                Ok(fetch)
            }
            Err(unavailable) => {
                let known = known.ok_or_else(|| unavailable.clone())?;
                tracing::warn!(keys = %self, %unavailable, "the metadata could not be read; the known URL is used");
                Ok(known.fetch)
            }
        }
    }

    async fn fetch(
        &self,
        fetch: &OutgoingRequest,
    ) -> Result<(KeySet, Option<Duration>), Unavailable> {
        let fetched = self.client.send(fetch).await;
        let shown = redacted(&fetch.url);
        // A custom client may include the URL in its reason.
        let reason = |error: HttpError| error.to_string().replace(&fetch.url, &shown);
        let fetched = fetched.map_err(|error| Unavailable::issuer_keys(reason(error)))?;
        if fetched.status != 200 {
            let status = fetched.status.as_u16();
            return Err(Unavailable::issuer_keys(format!(
                "{shown}: status {status}"
            )));
        }
        let set = KeySet::from_json(&fetched.body)
            .map_err(|error| Unavailable::issuer_keys(format!("{shown}: {error}")))?;
        Ok((set, fetched.max_age()))
    }

    fn lock(&self) -> MutexGuard<'_, Address> {
        self.address.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// The time between now and when the metadata supplied the URL, in either direction, because clocks can be set
    /// back.
    fn age(&self, now: Timestamp) -> Duration {
        self.named.map_or(Duration::ZERO, |named| {
            now.saturating_duration_since(named)
                .max(named.saturating_duration_since(now))
        })
    }
}

/// Where the keys come from, for logs.
impl fmt::Display for Download {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.issuer {
            Some(issuer) => write!(formatter, "of issuer {issuer}"),
            None => {
                let address = self.lock();
                let url = address
                    .known
                    .as_ref()
                    .map(|known| redacted(&known.fetch.url));
                write!(formatter, "at {}", url.unwrap_or_default())
            }
        }
    }
}
