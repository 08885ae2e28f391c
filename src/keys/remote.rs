//! Keys fetched from an authorization server: at start, in the background, and when a token has an unknown `kid`; every
//! wait and every rate has a limit.

use std::sync::Arc;

use super::download::Download;
use super::flight::Shared;
use super::hint::KeyHint;
use super::schedule::Schedule;
use super::set::{KeySet, VerificationKey};
use super::snapshot::Snapshot;
use super::source::KeySource;
use super::status::KeysStatus;
use crate::config_error::ConfigError;
use crate::future::MaybeReady;
use crate::http_client::FetchError;
use crate::skipped_key::SkipReason;
use crate::time::{Clock, Timestamp};
use crate::unavailable::Unavailable;

/// The keys that an issuer publishes.
///
/// # Refresh
///
/// A set is fetched again in the background after its `max-age` (limited to between 5 minutes and half of the maximum
/// staleness; 15 minutes without one). From 60 s after that time on, the set is no longer used and requests wait for
/// the refresh, unless the issuer recently failed to answer: then the last set is used for up to 24 hours
/// ([`RemoteKeysBuilder::max_staleness`]), and after that requests are refused with 503. A response without a usable
/// key counts as a failure until a second fetch confirms it.
///
/// A failed fetch is retried after 1, 2, 4, .. seconds with jitter, at most the cool-down (30 s).
///
/// The issuer's metadata is read again after half of the maximum staleness, after a failed fetch, and after
/// [`RemoteKeys::purge`].
///
/// # Unknown keys
///
/// A token with an unknown `kid` waits for one fetch, so that a key rotation fails no request. Such fetches are limited
/// to one per cool-down. In between, the result depends on the token's `iat`:
///
/// - Issued after the last successful fetch (clocks may differ by 10 s): the key may be new. The token waits for a
///   fetch, of which there is one per tenth of the cool-down, at least 1 s apart. If the wait would be longer than 5 s,
///   the request is refused with 503.
/// - Issued before that, or without `iat`: refused with 401 at once.
///
/// While the issuer does not answer, requests with an unknown key are refused with 503. `Retry-After` shows when the
/// next fetch is allowed.
///
/// The same holds for a signature that no known key verifies, since a key may be replaced under the same `kid`; a token
/// issued before the last fetch is then refused with 401 even if the issuer does not answer.
///
/// At most 1,024 requests wait at the same time, of which at most 512 do not depend on the fetch; others are refused
/// with 503 at once.
///
/// Needs a Tokio runtime.
///
/// # Deployment
///
/// A key that the issuer withdraws is accepted until the next refresh. In an emergency call [`RemoteKeys::purge`].
///
/// Entries of the set that cannot be used are skipped; a `warn` event says why, once for each change.
///
/// # Plain http
///
/// URLs are `https`, or `http` on loopback. In a private network, such as that of a compose file, there is
/// [`RemoteKeysBuilder::allow_insecure_http`]. With this compose file, browsers reach the authorization server at
/// another address than the service does, and the issuer is what browsers see:
///
/// ```yaml
/// services:
///   keycloak:
///     image: quay.io/keycloak/keycloak
///     environment: { KC_HOSTNAME: "http://localhost:8080" }
///     ports: ["8080:8080"]
///   api:
///     build: .
/// ```
///
/// ```no_run
/// # #[cfg(feature = "reqwest")]
/// # async fn example() -> Result<(), sender_constraint::ConfigError> {
/// use sender_constraint::http_client::ReqwestClient;
/// use sender_constraint::keys::RemoteKeys;
/// use sender_constraint::token::JwtVerifier;
///
/// let realm = "http://keycloak:8080/realms/x";
/// let keys = format!("{realm}/protocol/openid-connect/certs");
/// let keys = RemoteKeys::from_jwks_uri(&keys, ReqwestClient::new()?).allow_insecure_http();
/// let tokens = JwtVerifier::new("http://localhost:8080/realms/x", "api", keys.fetch().await?)?;
/// # drop(tokens);
/// # Ok(())
/// # }
/// ```
///
/// An issuer whose own name is `http://keycloak:8080/realms/x` also needs `Issuer::over_insecure_http`; one whose
/// metadata is elsewhere has [`RemoteKeysBuilder::metadata_url`].
///
/// # Example
///
/// ```no_run
/// # #[cfg(feature = "reqwest")]
/// # async fn example() -> Result<(), sender_constraint::ConfigError> {
/// use std::time::Duration;
///
/// use sender_constraint::http_client::ReqwestClient;
/// use sender_constraint::keys::RemoteKeys;
///
/// let keys = RemoteKeys::discover("https://as.example.com").await?;
///
/// // Starts while the issuer is away, and answers 503 until it is back.
/// let other = RemoteKeys::for_issuer("https://partner.example.com", ReqwestClient::new()?)
///     .max_staleness(Duration::from_secs(3600))
///     .lazy()?;
/// # drop((keys, other));
/// # Ok(())
/// # }
/// ```
///
/// [`RemoteKeysBuilder::allow_insecure_http`]: super::RemoteKeysBuilder::allow_insecure_http
/// [`RemoteKeysBuilder::max_staleness`]: super::RemoteKeysBuilder::max_staleness
/// [`RemoteKeysBuilder::metadata_url`]: super::RemoteKeysBuilder::metadata_url
#[derive(Clone, Debug)]
pub struct RemoteKeys {
    shared: Arc<Shared>,
}

impl RemoteKeys {
    /// Discards all keys, and the URL that the issuer's metadata supplied, at once. The next token causes a fetch and
    /// waits for it; while it fails, requests are refused with 503.
    pub fn purge(&self) {
        // The URL first, or a fetch that starts in between would use the old one.
        self.shared.download.forget_address();
        self.shared.change(Snapshot::purge);
    }

    /// The state of the keys now: for a readiness route, or a line at start.
    ///
    /// Starts a fetch in the background if one is due, so that a service that receives no requests before it is ready
    /// becomes ready. This does not wait.
    ///
    /// ```
    /// use http::StatusCode;
    /// use sender_constraint::keys::RemoteKeys;
    ///
    /// /// The response of `/readyz`.
    /// async fn readiness(keys: RemoteKeys) -> StatusCode {
    ///     if keys.status().is_ready() {
    ///         StatusCode::OK
    ///     } else {
    ///         StatusCode::SERVICE_UNAVAILABLE
    ///     }
    /// }
    /// # drop(readiness);
    /// ```
    #[must_use]
    pub fn status(&self) -> KeysStatus {
        let now = self.shared.clock.now();
        self.shared.refresh_if_due(now);
        self.shared.read(|snapshot| {
            let last = snapshot.last_set();
            let current = snapshot.set(now, &self.shared.schedule);
            KeysStatus {
                is_ready: current.is_some_and(|set| !set.is_empty()),
                keys: last.map_or(0, |set| set.len()),
                algorithms: last.map_or_else(Vec::new, |set| set.algorithms()),
                skipped: last.map_or_else(Vec::new, |set| set.skipped().to_vec()),
                age: snapshot.age(now),
                last_failure: snapshot.last_error().map(|error| error.reason().to_owned()),
                next_fetch: snapshot.wait_to_refresh(now),
            }
        })
    }

    pub(super) fn unfetched(download: Download, schedule: Schedule, clock: Arc<dyn Clock>) -> Self {
        Self {
            shared: Arc::new(Shared::new(download, schedule, clock)),
        }
    }

    /// Runs the first fetch, whose failure is an error at start.
    pub(crate) async fn fetch(self) -> Result<Self, ConfigError> {
        self.shared.fetch_first().await;
        let now = self.shared.clock.now();
        let origin = self.shared.download.to_string();
        let skipped = |set: &KeySet| set.is_empty().then(|| set.skipped().to_vec());
        let reason = match self.shared.lookup(now, skipped) {
            Ok(None) => return Ok(self),
            Ok(Some(skipped)) => return Err(ConfigError::NoKey { origin, skipped }),
            Err(unavailable) => unavailable.reason().to_owned(),
        };
        let is_unanswered = self
            .shared
            .read(|snapshot| snapshot.last_error().is_some_and(FetchError::is_unanswered));
        Err(if is_unanswered {
            ConfigError::UnreachableKeys { origin, reason }
        } else {
            ConfigError::UnreadableKeys { origin, reason }
        })
    }
}

impl KeySource for RemoteKeys {
    fn find<'a>(
        &'a self,
        hint: &'a KeyHint<'a>,
        now: Timestamp,
    ) -> MaybeReady<'a, Result<Vec<Arc<VerificationKey>>, Unavailable>> {
        self.shared.refresh_if_due(now);
        match self.shared.lookup(now, |set| set.matching(hint)) {
            Ok(found) if !found.is_empty() => MaybeReady::ready(Ok(found)),
            _ => MaybeReady::pending(self.shared.seek(hint)),
        }
    }

    fn find_newer<'a>(
        &'a self,
        hint: &'a KeyHint<'a>,
        now: Timestamp,
    ) -> MaybeReady<'a, Result<Vec<Arc<VerificationKey>>, Unavailable>> {
        if !self.shared.may_seek_newer(hint, now) {
            // A fetch may have ended since `find`.
            return MaybeReady::ready(self.shared.lookup(now, |set| set.matching(hint)));
        }
        MaybeReady::pending(self.shared.seek_newer(hint))
    }

    fn is_current(&self, key: &VerificationKey, now: Timestamp) -> bool {
        self.shared.refresh_if_due(now);
        self.shared
            .lookup(now, |set| set.contains(key))
            .unwrap_or(false)
    }

    fn skip_reason(&self, kid: &str, now: Timestamp) -> Option<SkipReason> {
        let found = self.shared.lookup(now, |set| set.skip_reason(kid).cloned());
        found.ok().flatten()
    }

    fn uses_insecure_http(&self) -> bool {
        self.shared.download.is_insecure
    }
}
