//! Demonstrating Proof of Possession (RFC 9449 section 4.3): the twelve checks in order of cost, the replay check last.

use std::sync::Arc;
use std::time::Duration;

use http::request::Parts;

use super::claims::{Claims, proof_header, required_text};
use super::error::{ProofCheckError, ProofError};
use super::freshness::Freshness;
use super::nonce::{NonceIssuer, Nonces};
use super::proof_key::ProofKey;
use super::proof_key_cache::ProofKeyCache;
use super::separate_stores::register;
use super::signed_proof::{DpopEvidence, SignedProof, UnverifiedProof};
use super::tables::Tables;
use super::targets::Targets;
use crate::config_error::{ConfigError, in_range};
use crate::crypto::{Digest, Hasher, decode_onto};
use crate::excerpt::Excerpt;
use crate::jose::{Algorithm, AlgorithmList, parse_fast};
use crate::replay::{MemoryStore, ReplayCheckedByGatewayOnly, ReplayStore, UsedProof, within};
use crate::time::Timestamp;
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
/// `Forwarded` and `X-Forwarded-*` count from trusted peers alone, where [`Dpop::forwarded_host`] is called. With a wrong
/// origin or prefix, every request is refused, and the log shows the received and the expected URI.
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
    replay: Arc<dyn ReplayStore>,
    store_kind: StoreKind,
    replay_timeout: Duration,
    senders: ProofKeyCache,
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

    /// Accepts proofs of these algorithms instead of [`Algorithm::PROOF_DEFAULT`] (ES256, ES384, EdDSA, Ed25519, PS256).
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

    /// Sets the maximum age of a proof by its `iat`: 60 s by default, from 1 s to 300 s. Of a proof with a nonce, the nonce's
    /// age counts instead ([`Nonces::rotation`]).
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

    /// Issues nonces, and requires them as [`Nonces`] says (RFC 9449 section 9). By default, `nonce` in a proof is ignored.
    pub fn nonces(mut self, nonces: Nonces) -> Self {
        self.freshness.nonces = Some(nonces);
        self
    }

    /// Records used proofs in `store` instead of a [`MemoryStore`] of default size.
    ///
    /// # Deployment
    ///
    /// The default store covers one `Dpop` and its clones, and so the guards that are built from them: see
    /// [`Guard::to_builder`](crate::Guard::to_builder) for guards with different policies. Processes of one origin accept
    /// a proof once each unless they share a store. The same holds for guards of one process that are built from separate
    /// `Dpop`s; a guard that is built with a second default store for its origin logs a warning. For several nodes see
    /// [`guide::fleet`](crate::guide::fleet).
    pub fn replay_store(mut self, store: impl ReplayStore) -> Self {
        self.replay = Arc::new(store);
        self.store_kind = StoreKind::Configured;
        self
    }

    /// Makes no replay check and records nothing: for a service whose gateway has accepted the same proof. Everything
    /// else about the proof is checked.
    ///
    /// Without this, the service would refuse a proof that its gateway recorded in a shared store. A guard that is built
    /// with it writes a `warn` event.
    ///
    /// # Deployment
    ///
    /// **Only the gateway can reach this service**, for example by mutual TLS or by network policy, and it forwards each
    /// accepted request once. Whoever else reaches the service can replay a copied request until its proof expires, and
    /// so can a gateway that retries. The proof is for the URI that the client requested: configure the public origin, and
    /// [`Dpop::path_prefix`] if the gateway strips one.
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

    /// The longest time for which a proof can be accepted: from the earliest to the latest `iat`, or for which a nonce is.
    pub(crate) fn time_window(&self) -> Duration {
        self.freshness.length()
    }

    /// Issues the nonces that proofs are checked for.
    pub(crate) fn nonce_issuer(&self) -> Option<NonceIssuer> {
        self.freshness
            .nonce_issuer(self.targets.origins.first().as_str())
    }

    /// Checks everything about the proof that needs neither a public-key operation nor knowledge of other requests.
    pub(crate) fn read<'a>(
        &self,
        head: &'a Parts,
        access_token: &Digest,
        now: Timestamp,
    ) -> Result<UnverifiedProof<'a>, ProofCheckError> {
        let proof = proof_header(&head.headers)?;
        let known = self.senders.get(proof.header());
        let is_known = known.is_some();
        let sender = match known {
            Some(sender) => sender,
            None => Arc::new(ProofKey::parse(proof.header(), &self.algorithms)?),
        };
        let (mut stack, mut heap) = ([0; USUAL_PAYLOAD_BYTES], Vec::new());
        let json = decode_onto(proof.payload(), &mut stack, &mut heap);
        let json = json.ok_or(ProofError::NotAJws)?;
        let claims: Claims<'_> = parse_fast(json).map_err(ProofError::Payload)?;
        // 4.3 item 3
        let jti = required_text("jti", &claims.jti)?;
        let htm = required_text("htm", &claims.htm)?;
        let htu = required_text("htu", &claims.htu)?;
        let iat = claims.iat.ok_or(ProofError::MissingClaim("iat"))?;
        let ath = required_text("ath", &claims.ath)?;
        if jti.len() > MAX_JTI_BYTES {
            return Err(ProofError::JtiTooLong(jti.len()).into());
        }
        // 4.3 item 8
        if htm != head.method.as_str() {
            let (found, expected) = (Excerpt::new(htm), Excerpt::new(head.method.as_str()));
            return Err(ProofError::Method { found, expected }.into());
        }
        // 4.3 item 9
        let target = self.targets.target(head)?;
        self.targets.check(&target, htu, head)?;
        // 4.3 items 10 and 11
        let server = self.targets.origins.first().as_str();
        let time = self.freshness.read(&claims, iat, server, now)?;
        // 4.3 item 12, first half; the second half is the binding of the token
        if Digest::from_base64url(ath).as_ref() != Some(access_token) {
            return Err(ProofError::AccessTokenHash.into());
        }
        Ok(UnverifiedProof {
            replay_key: replay_key(&sender.thumbprint, htm, &target, jti),
            time,
            proof,
            sender,
            is_known,
        })
    }

    /// Verifies the signature, unless the proof is known to have been used: a replayed proof costs no verification.
    pub(crate) fn verify_signature<'a>(
        &self,
        proof: UnverifiedProof<'a>,
        now: Timestamp,
    ) -> Result<SignedProof<'a>, ProofError> {
        // Fetching keys for the token may have taken time.
        if let Ok(time) = &proof.time {
            self.freshness.check(time, now)?;
        }
        if self.replay.has_seen(&proof.replay_key, now) {
            return Err(ProofError::Replayed);
        }
        proof.verify(&self.tables)
    }

    /// Records the proof in the replay store, which alone decides whether it is new.
    ///
    /// `principal` is the token's issuer, client and subject, or the key, for per-principal limits. `now` is the
    /// current time, by which the store may drop expired proofs.
    pub(crate) async fn redeem(
        &self,
        proof: SignedProof<'_>,
        principal: &Digest,
        now: Timestamp,
    ) -> Result<DpopEvidence, ProofCheckError> {
        self.freshness.check(proof.time(), now)?;
        let until = self.freshness.until(proof.time());
        let proof_use = UsedProof::new(*proof.replay_key(), *principal, until, now);
        let insertion = self.replay.insert(&proof_use);
        let waited = !insertion.is_ready();
        let setting = "`Dpop::replay_timeout`";
        let insertion = within(self.replay_timeout, setting, insertion).await?;
        let (sender, is_known) = proof.sender();
        let sender = Arc::clone(sender);
        let evidence = proof.into_evidence(insertion, waited, now)?;
        self.tables.accepted(&sender);
        if !is_known {
            self.senders.keep(&sender);
        }
        Ok(evidence)
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

/// Hashes key and claims rather than bytes: a second encoding of the same signature or JSON is not a second proof, and
/// no client can use up another client's `jti`.
fn replay_key(thumbprint: &Digest, htm: &str, target: &RequestTarget<'_>, jti: &str) -> Digest {
    let mut hasher = Hasher::default();
    hasher.update(thumbprint.as_bytes());
    for part in [htm, target.origin, &target.path, jti] {
        hasher.update_framed(part.as_bytes());
    }
    hasher.finish()
}

const MAX_JTI_BYTES: usize = 512;
const DEFAULT_REPLAY_TIMEOUT: Duration = Duration::from_secs(1);
const MIN_REPLAY_TIMEOUT: Duration = Duration::from_millis(1);
const MAX_REPLAY_TIMEOUT: Duration = Duration::from_secs(30);
/// Zeroing a maximum-size buffer costs more than decoding a usual payload.
const USUAL_PAYLOAD_BYTES: usize = 512;
