//! The rules for client assertions, as they are configured.

use std::sync::Arc;
use std::time::Duration;

use super::decoy::Decoy;
use crate::config_error::{ConfigError, in_range};
use crate::jose::{Algorithm, AlgorithmList};
use crate::replay::{MemoryStore, ReplayStore};
use crate::uri::{PlainHttp, check_issuer};

/// The requirements for client assertions (`private_key_jwt`).
///
/// An assertion is a compact JWS with `typ` `client-authentication+jwt`, an asymmetric `alg`, `iss` and `sub` equal to
/// the client identifier, the issuer identifier of this server as the only `aud`, `exp`, and a `jti` that is accepted
/// once. Clones share the replay store.
///
/// An assertion is a bearer credential until it is used: it does not cover the other parameters of the request.
///
/// # Deployment
///
/// Instances of one authorization server share a [`ReplayStore`]: with a store of its own, each instance accepts an
/// assertion once. The store may be the one that records DPoP proofs, since the keys of the two do not collide.
///
/// ```
/// use std::time::Duration;
///
/// use sender_constraint::ConfigError;
/// use sender_constraint::token_endpoint::ClientAssertions;
///
/// fn assertions() -> Result<ClientAssertions, ConfigError> {
///     ClientAssertions::new("https://as.example.com")?
///         .max_lifetime(Duration::from_secs(60))?
///         .clock_skew(Duration::from_secs(5))
/// }
/// # drop(assertions);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct ClientAssertions {
    pub(super) issuer: String,
    pub(super) audiences: Vec<String>,
    pub(super) algorithms: AlgorithmList,
    pub(super) accept_untyped: bool,
    pub(super) max_lifetime: Duration,
    pub(super) skew: Duration,
    pub(super) replay: Arc<dyn ReplayStore>,
    pub(super) replay_timeout: Duration,
    pub(super) decoy: Decoy,
}

impl ClientAssertions {
    /// Accepts assertions for the authorization server with this issuer identifier, which is compared byte for byte
    /// with `aud`.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Issuer`] unless the name is an `https` URL without query and fragment (RFC 8414 section 2), or an
    /// `http` URL on loopback; [`ConfigError::UnsupportedAlgorithm`] in a build without a crypto backend.
    pub fn new(issuer: &str) -> Result<Self, ConfigError> {
        check_issuer(issuer, PlainHttp::Never)?;
        Ok(Self {
            issuer: issuer.to_owned(),
            audiences: vec![issuer.to_owned()],
            algorithms: AlgorithmList::new("assertion", Algorithm::FAPI)?,
            accept_untyped: false,
            max_lifetime: DEFAULT_LIFETIME,
            skew: DEFAULT_SKEW,
            replay: Arc::new(MemoryStore::default()),
            replay_timeout: DEFAULT_REPLAY_TIMEOUT,
            decoy: Decoy::new(),
        })
    }

    /// Accepts assertions of these algorithms instead of [`Algorithm::FAPI`] (PS256, ES256, EdDSA, Ed25519).
    ///
    /// RS256, which many older clients use, is not in the default list: FAPI 2.0 section 5.4.1 forbids it.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for an empty list or an algorithm that this build cannot verify.
    pub fn algorithms(
        mut self,
        algorithms: impl IntoIterator<Item = Algorithm>,
    ) -> Result<Self, ConfigError> {
        self.algorithms = AlgorithmList::new("assertion", algorithms)?;
        Ok(self)
    }

    /// Accepts assertions whose `typ` is `JWT` or absent, as clients from before RFC 10070 send them.
    ///
    /// Such an assertion is refused if it has a claim of another kind of JWT that clients sign. This is a heuristic
    /// where RFC 10070 section 4 has a rule.
    pub const fn accept_untyped_assertions(mut self) -> Self {
        self.accept_untyped = true;
        self
    }

    /// Accepts `url` as the only audience as well: the URL of an endpoint of this server, as clients from before RFC
    /// 10070 send it.
    ///
    /// This reopens the attack that RFC 10070 section 3 ends: another authorization server that the client uses may
    /// state this URL as its own endpoint, and receives assertions that this server accepts.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Audience`] if it is empty, or begins or ends with a space.
    pub fn accept_endpoint_audience(mut self, url: &str) -> Result<Self, ConfigError> {
        if url.is_empty() || url.trim() != url {
            return Err(ConfigError::Audience(url.to_owned()));
        }
        self.audiences.push(url.to_owned());
        Ok(self)
    }

    /// Sets the longest time from `iat`, or from now, to `exp`: 5 min by default, from 1 s to 1 h.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Duration`] outside this range.
    pub fn max_lifetime(mut self, lifetime: Duration) -> Result<Self, ConfigError> {
        let setting = "the lifetime of client assertions";
        self.max_lifetime = in_range(setting, lifetime, MIN_LIFETIME, MAX_LIFETIME)?;
        Ok(self)
    }

    /// Sets how far clocks may differ for `exp`, `nbf` and `iat`: 10 s by default, at most 60 s.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Duration`] above 60 s.
    pub fn clock_skew(mut self, skew: Duration) -> Result<Self, ConfigError> {
        let setting = "the clock skew of client assertions";
        self.skew = in_range(setting, skew, Duration::ZERO, MAX_SKEW)?;
        Ok(self)
    }

    /// Records used assertions in `store` instead of a [`MemoryStore`] of default size.
    pub fn replay_store(mut self, store: impl ReplayStore) -> Self {
        self.replay = Arc::new(store);
        self
    }

    /// Sets how long a request waits for the replay store: 1 s by default, from 1 ms to 30 s. If the store has not
    /// answered by then, the request is refused with 503.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Duration`] outside this range.
    pub fn replay_timeout(mut self, limit: Duration) -> Result<Self, ConfigError> {
        let setting = "the timeout of the replay store";
        self.replay_timeout = in_range(setting, limit, MIN_REPLAY_TIMEOUT, MAX_REPLAY_TIMEOUT)?;
        Ok(self)
    }
}

const DEFAULT_LIFETIME: Duration = Duration::from_secs(300);
const MIN_LIFETIME: Duration = Duration::from_secs(1);
const MAX_LIFETIME: Duration = Duration::from_secs(3600);
const DEFAULT_SKEW: Duration = Duration::from_secs(10);
const MAX_SKEW: Duration = Duration::from_secs(60);
const DEFAULT_REPLAY_TIMEOUT: Duration = Duration::from_secs(1);
const MIN_REPLAY_TIMEOUT: Duration = Duration::from_millis(1);
const MAX_REPLAY_TIMEOUT: Duration = Duration::from_secs(30);
