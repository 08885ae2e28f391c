//! The settings of `RemoteKeys`.

use std::sync::Arc;
use std::time::Duration;

use super::download::Download;
use super::remote::RemoteKeys;
use super::schedule::Schedule;
use crate::config_error::{ConfigError, in_range};
use crate::http_client::HttpClient;
use crate::time::{Clock, SystemClock};

impl RemoteKeys {
    /// Finds the keys of `issuer` by its metadata (RFC 8414, or OpenID Connect Discovery) and fetches them.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the URL is not usable, the metadata is that of another issuer, the server does not answer, or
    /// no key is usable.
    #[cfg(feature = "reqwest")]
    pub async fn discover(issuer: &str) -> Result<Self, ConfigError> {
        let client = crate::http_client::ReqwestClient::new()?;
        Self::for_issuer(issuer, client).fetch().await
    }

    /// Finds the keys by the issuer's metadata, with custom settings and HTTP client.
    pub fn for_issuer(issuer: &str, client: impl HttpClient) -> RemoteKeysBuilder {
        RemoteKeysBuilder::new(Place::Issuer(issuer.to_owned()), Arc::new(client))
    }

    /// Fetches the keys from `jwks_uri`, without metadata.
    pub fn from_jwks_uri(jwks_uri: &str, client: impl HttpClient) -> RemoteKeysBuilder {
        RemoteKeysBuilder::new(Place::Address(jwks_uri.to_owned()), Arc::new(client))
    }
}

/// Configures [`RemoteKeys`]. Created by [`RemoteKeys::for_issuer`] and [`RemoteKeys::from_jwks_uri`].
#[derive(Debug)]
#[must_use = "builders do nothing until `fetch` or `lazy`"]
pub struct RemoteKeysBuilder {
    place: Place,
    client: Arc<dyn HttpClient>,
    clock: Arc<dyn Clock>,
    cool_down: Duration,
    max_staleness: Duration,
}

#[derive(Debug)]
enum Place {
    Issuer(String),
    Address(String),
}

impl RemoteKeysBuilder {
    fn new(place: Place, client: Arc<dyn HttpClient>) -> Self {
        Self {
            place,
            client,
            clock: Arc::new(SystemClock),
            cool_down: DEFAULT_COOL_DOWN,
            max_staleness: DEFAULT_STALENESS,
        }
    }

    /// Sets the shortest time between two fetches for unknown keys: 30 s by default, from 1 s to 10 minutes. For tokens
    /// issued after the last fetch it is a tenth of that, at least 1 s. It is also the longest back-off after a failed
    /// fetch.
    pub const fn cool_down(mut self, span: Duration) -> Self {
        self.cool_down = span;
        self
    }

    /// Sets how long a set is used while the issuer does not answer: 24 hours by default, from 10 minutes to 7 days.
    pub const fn max_staleness(mut self, span: Duration) -> Self {
        self.max_staleness = span;
        self
    }

    /// Sets the clock that times fetches; must be the guard's clock.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Fetches the keys.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if a URL or a duration is not usable, the server does not answer, the metadata is that of
    /// another issuer, or no key is usable.
    pub async fn fetch(self) -> Result<RemoteKeys, ConfigError> {
        self.build()?.fetch().await
    }

    /// Fetches nothing yet: the service starts while the issuer is unavailable, and answers 503 until it is available.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if a URL or a duration is not usable.
    pub fn lazy(self) -> Result<RemoteKeys, ConfigError> {
        self.build()
    }

    fn build(self) -> Result<RemoteKeys, ConfigError> {
        let schedule = Schedule {
            cool_down: in_range(
                "the cool-down of key fetches",
                self.cool_down,
                MIN_COOL_DOWN,
                MAX_COOL_DOWN,
            )?,
            max_staleness: in_range(
                "the maximum staleness of keys",
                self.max_staleness,
                MIN_STALENESS,
                MAX_STALENESS,
            )?,
        };
        let download = match self.place {
            Place::Issuer(issuer) => Download::for_issuer(&issuer, self.client)?,
            Place::Address(address) => Download::at(&address, self.client)?,
        };
        Ok(RemoteKeys::unfetched(download, schedule, self.clock))
    }
}

const DEFAULT_COOL_DOWN: Duration = Duration::from_secs(30);
const MIN_COOL_DOWN: Duration = Duration::from_secs(1);
const MAX_COOL_DOWN: Duration = Duration::from_secs(600);
const DEFAULT_STALENESS: Duration = Duration::from_secs(24 * 60 * 60);
const MIN_STALENESS: Duration = Duration::from_secs(600);
const MAX_STALENESS: Duration = Duration::from_secs(7 * 24 * 60 * 60);
