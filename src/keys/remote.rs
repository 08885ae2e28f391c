//! Keys fetched from an authorization server: at start, in the background, and when a token has an unknown `kid`; every
//! wait and every rate has a limit.

use std::sync::Arc;

use super::download::Download;
use super::flight::Shared;
use super::hint::KeyHint;
use super::schedule::Schedule;
use super::set::VerificationKey;
use super::snapshot::Snapshot;
use super::source::KeySource;
use crate::config_error::ConfigError;
use crate::future::MaybeReady;
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
/// [`RemoteKeysBuilder::max_staleness`]: super::RemoteKeysBuilder::max_staleness
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

    pub(super) fn unfetched(download: Download, schedule: Schedule, clock: Arc<dyn Clock>) -> Self {
        Self {
            shared: Arc::new(Shared::new(download, schedule, clock)),
        }
    }

    /// Runs the first fetch, whose failure is an error at start.
    pub(super) async fn fetch(self) -> Result<Self, ConfigError> {
        self.shared.fetch_first().await;
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
                reason: unavailable.reason().to_owned(),
            }),
        }
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
}
