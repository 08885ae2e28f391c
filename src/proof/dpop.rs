//! Demonstrating Proof of Possession: what a guard requires of proofs (RFC 9449).

use std::sync::Arc;
use std::time::Duration;

use http::request::Parts;

use super::freshness::Freshness;
use super::nonce::{NonceIssuer, Nonces};
use super::proof_key_cache::ProofKeyCache;
use super::separate_stores::register;
use super::tables::Tables;
use super::targets::Targets;
use crate::config_error::{ConfigError, in_range};
use crate::jose::{Algorithm, AlgorithmList};
use crate::replay::{MemoryStore, ReplayCheckedByGatewayOnly, ReplayStore};
use crate::uri::{Origin, RequestTarget};

/// The requirements for DPoP proofs.
///
/// Every proof is valid for one request: the replay check is always on. Clones share the replay store and the caches.
///
/// A proof covers method, URI, time and token. It does not cover the body, the query or other headers (RFC 9449 section
/// 11.7).
///
/// # Deployment
///
/// The origin is what clients put into `htu`. Behind a proxy that is the proxy's public origin, not the address that
/// this process listens on. `Host` selects among several configured origins ([`Dpop::also_origin`]) and names no other;
/// `Forwarded` and `X-Forwarded-*` count from trusted peers alone, where [`Dpop::forwarded_host`] is called. With a
/// wrong origin or prefix, every request is refused, and the log shows the received and the expected URI.
///
/// A request over HTTP/1.1 without `Host` is checked against the configured origin like any other: answering it with
/// 400 (RFC 9112 section 3.2) is the HTTP server's task.
///
/// ```
/// use std::time::Duration;
///
/// use sender_constraint::ConfigError;
/// use sender_constraint::proof::Dpop;
/// use sender_constraint::replay::MemoryStore;
///
/// fn dpop() -> Result<Dpop, ConfigError> {
///     Ok(Dpop::new("https://api.example.com")?
///         .path_prefix("/v1")?
///         .max_age(Duration::from_secs(30))?
///         .replay_store(MemoryStore::new(100_000)?))
/// }
/// # drop(dpop);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Dpop {
    pub(super) targets: Targets,
    pub(super) algorithms: AlgorithmList,
    pub(super) freshness: Freshness,
    pub(super) replay: Arc<dyn ReplayStore>,
    store_kind: StoreKind,
    pub(super) replay_timeout: Duration,
    pub(super) senders: ProofKeyCache,
    pub(super) tables: Tables,
}

impl Dpop {
    /// Accepts proofs for requests to `origin`: `https://host[:port]`, or plain `http` on loopback.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Origin`] for any other value, and [`ConfigError::UnsupportedAlgorithm`] in a build without a
    /// crypto backend.
    pub fn new(origin: &str) -> Result<Self, ConfigError> {
        Self::of(Origin::parse(origin, false)?)
    }

    /// Like [`Dpop::new`], for an origin that clients reach over plain `http`.
    ///
    /// Anyone on the network path can then read tokens and proofs, and use a proof first.
    ///
    /// # Errors
    ///
    /// As for [`Dpop::new`].
    pub fn over_insecure_http(origin: &str) -> Result<Self, ConfigError> {
        Self::of(Origin::parse(origin, true)?)
    }

    fn of(origin: Origin) -> Result<Self, ConfigError> {
        Ok(Self {
            targets: Targets::new(origin),
            algorithms: AlgorithmList::new("proof", Algorithm::PROOF_DEFAULT)?,
            freshness: Freshness::default(),
            replay: Arc::new(MemoryStore::default()),
            store_kind: StoreKind::Default,
            replay_timeout: DEFAULT_REPLAY_TIMEOUT,
            senders: ProofKeyCache::default(),
            tables: Tables::default(),
        })
    }

    /// Accepts proofs of these algorithms instead of [`Algorithm::PROOF_DEFAULT`] (ES256, ES384, EdDSA, Ed25519,
    /// PS256).
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for an empty list or an algorithm that this build cannot verify.
    pub fn algorithms(
        mut self,
        algorithms: impl IntoIterator<Item = Algorithm>,
    ) -> Result<Self, ConfigError> {
        self.algorithms = AlgorithmList::new("proof", algorithms)?;
        // Cached keys were parsed under the previous list.
        self.forget_senders();
        Ok(self)
    }

    /// Sets the maximum age of a proof by its `iat`: 60 s by default, from 1 s to 300 s. Of a proof with a nonce, the
    /// nonce's age counts instead ([`Nonces::rotation`]).
    ///
    /// # Errors
    ///
    /// [`ConfigError::Duration`] outside this range.
    pub fn max_age(mut self, age: Duration) -> Result<Self, ConfigError> {
        self.freshness.window.set_max_age(age)?;
        Ok(self)
    }

    /// Sets how far a client's clock may be ahead: 10 s by default, at most 60 s. Applies to `iat`, `exp` and `nbf` of
    /// the proof.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Duration`] above 60 s.
    pub fn clock_skew(mut self, skew: Duration) -> Result<Self, ConfigError> {
        self.freshness.window.set_clock_skew(skew)?;
        Ok(self)
    }

    /// Issues nonces, and requires them as [`Nonces`] says (RFC 9449 section 9). By default, `nonce` in a proof is
    /// ignored.
    pub fn nonces(mut self, nonces: Nonces) -> Self {
        self.freshness.nonces = Some(nonces);
        self
    }

    /// Records used proofs in `store` instead of a [`MemoryStore`] of default size.
    ///
    /// # Deployment
    ///
    /// The default store covers one `Dpop` and its clones, and so the guards that are built from them: see
    /// [`Guard::to_builder`](crate::Guard::to_builder) for guards with different policies. Processes of one origin
    /// accept a proof once each unless they share a store. The same holds for guards of one process that are built from
    /// separate `Dpop`s; a guard that is built with a second default store for its origin logs a warning. For several
    /// nodes see [`guide::fleet`](crate::guide::fleet).
    pub fn replay_store(mut self, store: impl ReplayStore) -> Self {
        self.replay = Arc::new(store);
        self.store_kind = StoreKind::Configured;
        self
    }

    /// Makes no replay check and records nothing: for a service whose gateway has accepted the same proof. Everything
    /// else about the proof is checked.
    ///
    /// Without this, the service would refuse a proof that its gateway recorded in a shared store. A guard that is
    /// built with it writes a `warn` event.
    ///
    /// # Deployment
    ///
    /// **Only the gateway can reach this service**, for example by mutual TLS or by network policy, and it forwards
    /// each accepted request once. Whoever else reaches the service can replay a copied request until its proof
    /// expires, and so can a gateway that retries. The proof is for the URI that the client requested: configure the
    /// public origin, and [`Dpop::path_prefix`] if the gateway strips one.
    ///
    /// ```
    /// # use sender_constraint::ConfigError;
    /// # use sender_constraint::proof::Dpop;
    /// # fn example() -> Result<Dpop, ConfigError> {
    /// Ok(Dpop::new("https://api.example.com")?.replay_checked_by_gateway_only())
    /// # }
    /// ```
    pub fn replay_checked_by_gateway_only(mut self) -> Self {
        self.replay = Arc::new(ReplayCheckedByGatewayOnly);
        self.store_kind = StoreKind::None;
        self
    }

    /// Sets how long a request waits for the replay store: 1 s by default, from 1 ms to 30 s. If the store has not
    /// answered by then, the request is refused with 503, so that a hanging store does not hold requests.
    ///
    /// A store whose answer is not ready at once needs a Tokio runtime with its timer enabled.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Duration`] outside this range.
    pub fn replay_timeout(mut self, limit: Duration) -> Result<Self, ConfigError> {
        let setting = "the timeout of the replay store";
        self.replay_timeout = in_range(setting, limit, MIN_REPLAY_TIMEOUT, MAX_REPLAY_TIMEOUT)?;
        Ok(self)
    }

    /// Replaces the caches, so that they are not shared with earlier clones.
    pub(super) fn forget_senders(&mut self) {
        self.senders = ProofKeyCache::default();
    }

    /// The allowed algorithms as the challenge lists them.
    pub(crate) fn algs(&self) -> String {
        self.algorithms.to_string()
    }

    /// An origin for which a separate default store of this process records proofs: one proof is then accepted once by
    /// each guard.
    pub(crate) fn separate_store(&self) -> Option<&str> {
        if self.store_kind != StoreKind::Default {
            return None;
        }
        register(&self.targets.origins, &self.replay).map(Origin::as_str)
    }

    /// The timeout of the store and that of the guard, if the guard's ends first.
    pub(crate) fn timeouts_in_conflict(&self) -> Option<(Duration, Duration)> {
        let store = self.replay.gives_up_after()?;
        (store >= self.replay_timeout).then_some((store, self.replay_timeout))
    }

    /// Whether [`Dpop::replay_checked_by_gateway_only`] is in effect.
    pub(crate) fn has_no_replay_check(&self) -> bool {
        self.store_kind == StoreKind::None
    }

    /// Whether an origin in normal form is configured.
    pub(crate) fn has_origin(&self, origin: &str) -> bool {
        let mut origins = self.targets.origins.iter();
        origins.any(|configured| configured.as_str() == origin)
    }

    /// The configured origin that the request was sent to.
    pub(crate) fn origin(&self, head: &Parts) -> Option<&str> {
        let matched = self.targets.matched(head).ok()?;
        Some(matched.origin.as_str())
    }

    /// Origin and path of the request, as `htu` names them.
    pub(crate) fn target<'a>(&'a self, head: &'a Parts) -> Option<RequestTarget<'a>> {
        self.targets.target(head).ok()
    }

    /// The longest time for which a proof can be accepted: from the earliest to the latest `iat`, or for which a nonce
    /// is.
    pub(crate) fn time_window(&self) -> Duration {
        self.freshness.length()
    }

    /// Issues the nonces that proofs are checked for.
    pub(crate) fn nonce_issuer(&self) -> Option<NonceIssuer> {
        self.freshness
            .nonce_issuer(self.targets.origins.first().as_str())
    }
}

/// Where the replay store comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum StoreKind {
    Configured,
    Default,
    /// [`Dpop::replay_checked_by_gateway_only`].
    None,
}

const DEFAULT_REPLAY_TIMEOUT: Duration = Duration::from_secs(1);
const MIN_REPLAY_TIMEOUT: Duration = Duration::from_millis(1);
const MAX_REPLAY_TIMEOUT: Duration = Duration::from_secs(30);
