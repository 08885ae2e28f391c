//! One fetch of a key set: the issuer's metadata if the key set's URL is not known yet, then the set itself.

use std::fmt;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use super::log::Source;
use super::metadata::key_set_address;
use super::set::KeySet;
use crate::config_error::ConfigError;
use crate::http_client::{FetchError, HttpClient, MetadataSource, OutgoingRequest, UrlSource};
use crate::sync::{Mutex, MutexGuard};
use crate::time::Timestamp;
use crate::uri::{PlainHttp, check_issuer, check_url, is_plain_beyond_loopback};
use crate::url_error::redacted;

#[derive(Debug)]
pub(super) struct Download {
    client: Arc<dyn HttpClient>,
    /// Whose metadata has the URL; `None` if the URL is configured.
    metadata: Option<MetadataSource>,
    address: Mutex<Address>,
    /// Whether the configured URL is plain `http` beyond loopback. Otherwise no other one is.
    pub(super) is_insecure: bool,
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
    /// The URL of the keys is in the metadata of the issuer.
    pub(super) fn for_issuer(
        metadata: MetadataSource,
        client: Arc<dyn HttpClient>,
        plain_http: PlainHttp,
    ) -> Result<Self, ConfigError> {
        check_issuer(&metadata.issuer, plain_http)?;
        if let Some(url) = &metadata.url {
            check_fetched(url, plain_http)?;
        }
        let configured = metadata.url.as_ref().unwrap_or(&metadata.issuer);
        let is_insecure = is_plain_beyond_loopback(configured);
        let url = metadata.url.as_deref().map(redacted);
        let download = Self {
            client,
            metadata: Some(metadata),
            address: Mutex::default(),
            is_insecure,
        };
        if is_insecure {
            download.source_at(url).insecure();
        }
        Ok(download)
    }

    /// The URL of the keys is configured.
    pub(super) fn at(
        address: &str,
        client: Arc<dyn HttpClient>,
        plain_http: PlainHttp,
    ) -> Result<Self, ConfigError> {
        check_fetched(address, plain_http)?;
        let known = Known {
            fetch: OutgoingRequest::get(address, UrlSource::Configured),
            named: None,
            is_doubted: false,
        };
        let download = Self {
            client,
            metadata: None,
            address: Mutex::new(Address {
                known: Some(known),
                purges: 0,
            }),
            is_insecure: is_plain_beyond_loopback(address),
        };
        if download.is_insecure {
            download.source().insecure();
        }
        Ok(download)
    }

    /// Where the keys come from, for events.
    pub(super) fn source(&self) -> Source {
        let url = {
            let address = self.lock();
            let known = address.known.as_ref();
            known.map(|known| redacted(&known.fetch.url))
        };
        self.source_at(url)
    }

    fn source_at(&self, url: Option<String>) -> Source {
        let metadata = self.metadata.as_ref();
        Source {
            issuer: metadata.map(|metadata| metadata.issuer.clone()),
            url,
        }
    }

    /// Fetches the set, and returns it with the time for which it may be cached.
    pub(super) async fn run(
        &self,
        now: Timestamp,
        max_staleness: Duration,
    ) -> Result<(KeySet, Option<Duration>), FetchError> {
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
        if self.metadata.is_some() {
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
    ) -> Result<OutgoingRequest, FetchError> {
        let (known, purges) = {
            let address = self.lock();
            (address.known.clone(), address.purges)
        };
        let Some(metadata) = &self.metadata else {
            let fixed = known.map(|known| known.fetch);
            return fixed.ok_or_else(|| FetchError::unusable("the URL of the keys is not known"));
        };
        let known = known.filter(|known| known.age(now) <= max_staleness);
        if let Some(known) = &known
            && !known.is_doubted
            && known.age(now) <= max_staleness / 2
        {
            return Ok(known.fetch.clone());
        }
        match key_set_address(metadata, self.client.as_ref()).await {
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
            Err(error) => {
                let known = known.ok_or_else(|| error.clone())?;
                self.source().metadata_failed(&error);
                Ok(known.fetch)
            }
        }
    }

    async fn fetch(
        &self,
        fetch: &OutgoingRequest,
    ) -> Result<(KeySet, Option<Duration>), FetchError> {
        let fetched = self.client.send(fetch).await;
        let fetched = fetched.map_err(|error| FetchError::of(&error, &fetch.url))?;
        if fetched.status != 200 {
            return Err(FetchError::status(&fetch.url, &fetched));
        }
        let set = KeySet::from_json(&fetched.body)
            .map_err(|error| FetchError::unusable(format!("{}: {error}", redacted(&fetch.url))))?;
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

/// Where the keys come from, for errors.
impl fmt::Display for Download {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Source { issuer, url } = self.source();
        match issuer {
            Some(issuer) => write!(formatter, "of issuer {issuer}"),
            None => write!(formatter, "at {}", url.unwrap_or_default()),
        }
    }
}

fn check_fetched(address: &str, plain_http: PlainHttp) -> Result<(), ConfigError> {
    match check_url(address, plain_http) {
        Ok(_) => Ok(()),
        Err(reason) => Err(ConfigError::Url {
            value: redacted(address),
            reason,
        }),
    }
}
