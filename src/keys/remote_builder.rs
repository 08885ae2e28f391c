//! The settings of `RemoteKeys`.

use std::sync::Arc;
use std::time::Duration;

use super::download::Download;
use super::remote::RemoteKeys;
use super::schedule::Schedule;
use crate::config_error::{ConfigError, in_range};
use crate::http_client::{HttpClient, MetadataSource};
use crate::jose::{Algorithm, AlgorithmList};
use crate::time::{Clock, SystemClock};
use crate::uri::PlainHttp;

impl RemoteKeys {
    /// Finds the keys of `issuer` by its metadata (RFC 8414, or OpenID Connect Discovery) and fetches them.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the URL is not usable, the metadata is that of another issuer, no key is usable, or the
    /// server does not answer: to start nevertheless, use [`RemoteKeys::for_issuer`] and [`RemoteKeysBuilder::lazy`].
    /// For a server with a certificate of its own authority, use [`RemoteKeys::for_issuer`] with
    /// `ReqwestClient::with_root_certificates`.
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
///
/// ```
/// use std::time::Duration;
///
/// use sender_constraint::ConfigError;
/// use sender_constraint::http_client::HttpClient;
/// use sender_constraint::keys::RemoteKeys;
///
/// fn keys<C: HttpClient>(client: C) -> Result<RemoteKeys, ConfigError> {
///     RemoteKeys::from_jwks_uri("https://as.example.com/jwks", client)
///         .max_staleness(Duration::from_secs(3600))
///         .lazy()
/// }
/// ```
#[derive(Debug)]
#[must_use = "builders do nothing until `fetch` or `lazy`"]
pub struct RemoteKeysBuilder {
    place: Place,
    client: Arc<dyn HttpClient>,
    clock: Arc<dyn Clock>,
    cool_down: Duration,
    max_staleness: Duration,
    plain_http: PlainHttp,
    metadata_url: Option<String>,
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
            plain_http: PlainHttp::Refused,
            metadata_url: None,
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

    /// Reads the issuer's metadata from this URL, instead of the well-known ones below the issuer's own name. The
    /// metadata must still be that of the issuer. Its `jwks_uri` may be plain `http` only on the host of an `http` URL
    /// that is configured and accepted.
    ///
    /// ```
    /// use sender_constraint::ConfigError;
    /// use sender_constraint::http_client::HttpClient;
    /// use sender_constraint::keys::RemoteKeys;
    ///
    /// fn keys(client: impl HttpClient) -> Result<RemoteKeys, ConfigError> {
    ///     let inside = "https://keycloak.internal/realms/x/.well-known/openid-configuration";
    ///     RemoteKeys::for_issuer("https://login.example.com/realms/x", client)
    ///         .metadata_url(inside)
    ///         .lazy()
    /// }
    /// ```
    pub fn metadata_url(mut self, url: &str) -> Self {
        self.metadata_url = Some(url.to_owned());
        self
    }

    /// Accepts plain `http` beyond loopback for the issuer, the metadata and the keys: for a compose file, or a mesh
    /// that adds TLS outside of this process. Whoever can change a response can issue tokens.
    ///
    /// [`Self::fetch`] and [`Self::lazy`] write a `warn` event if a configured URL is plain `http` beyond loopback.
    ///
    /// IP addresses must be private, unique local, link-local or loopback, and not those of instance metadata services.
    /// `ReqwestClient` connects over `http` only to such addresses, whatever a name resolves to, and through no proxy;
    /// an [`HttpClient`] of your own must check that itself.
    pub const fn allow_insecure_http(mut self) -> Self {
        self.plain_http = PlainHttp::Allowed;
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
    /// another issuer, no key is usable, or this build has no crypto backend.
    pub async fn fetch(self) -> Result<RemoteKeys, ConfigError> {
        self.build()?.fetch().await
    }

    /// Fetches nothing yet: the service starts while the issuer is unavailable, and answers 503 until it is available.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if a URL or a duration is not usable, or this build has no crypto backend.
    pub fn lazy(self) -> Result<RemoteKeys, ConfigError> {
        self.build()
    }

    fn build(self) -> Result<RemoteKeys, ConfigError> {
        // Without a backend every key would be skipped, for a reason that is not the key's.
        AlgorithmList::new("token", Algorithm::TOKEN_DEFAULT)?;
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
            Place::Issuer(issuer) => {
                let url = self.metadata_url;
                let metadata = MetadataSource { issuer, url };
                Download::for_issuer(metadata, self.client, self.plain_http)?
            }
            Place::Address(_) if self.metadata_url.is_some() => {
                return Err(ConfigError::UnusedMetadataUrl);
            }
            Place::Address(address) => Download::at(&address, self.client, self.plain_http)?,
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
