//! The rules for client assertions (RFC 7523 section 3, RFC 10070 sections 3 and 4), in the order of cost.

use std::sync::Arc;
use std::time::Duration;

use super::claims::Claims;
use super::decoy::Decoy;
use super::error::{AssertionCheckError, AssertionError};
use super::signature::verify;
use super::unverified::{Times, UnverifiedAssertion};
use crate::config_error::{ConfigError, in_range};
use crate::crypto::{Digest, Hasher};
use crate::excerpt::Excerpt;
use crate::jose::{Algorithm, AlgorithmList};
use crate::keys::KeySource;
use crate::replay::{Insertion, MemoryStore, ReplayStore, UsedProof, within};
use crate::time::{Clock, Timestamp};
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
    issuer: String,
    audiences: Vec<String>,
    algorithms: AlgorithmList,
    accept_untyped: bool,
    max_lifetime: Duration,
    skew: Duration,
    replay: Arc<dyn ReplayStore>,
    replay_timeout: Duration,
    decoy: Decoy,
}

impl ClientAssertions {
    /// Accepts assertions for the authorization server with this issuer identifier, which is compared byte for byte with
    /// `aud`.
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
    /// Such an assertion is refused if it has a claim of another kind of JWT that clients sign. This is a heuristic where
    /// RFC 10070 section 4 has a rule.
    pub const fn accept_untyped_assertions(mut self) -> Self {
        self.accept_untyped = true;
        self
    }

    /// Accepts `url` as the only audience as well: the URL of an endpoint of this server, as clients from before RFC
    /// 10070 send it.
    ///
    /// This reopens the attack that RFC 10070 section 3 ends: another authorization server that the client uses may state
    /// this URL as its own endpoint, and receives assertions that this server accepts.
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

    /// Checks everything that needs no key and no knowledge of other requests.
    pub(in crate::token_endpoint) fn read<'a>(
        &self,
        text: &'a str,
        client_id: Option<&str>,
        now: Timestamp,
    ) -> Result<UnverifiedAssertion<'a>, AssertionError> {
        let assertion =
            UnverifiedAssertion::parse(text, &self.algorithms, self.accept_untyped, |claims| {
                self.check_audience(claims)
            })?;
        // RFC 7521 section 4.2
        if let Some(parameter) = client_id.filter(|id| *id != assertion.client_id()) {
            return Err(AssertionError::ClientId {
                found: Excerpt::new(assertion.client_id()),
                parameter: Excerpt::new(parameter),
            });
        }
        self.check_time(&assertion.times, now)?;
        Ok(assertion)
    }

    /// Verifies the signature with the keys of the client that the assertion names, then records the assertion, which
    /// alone decides whether it is new.
    pub(in crate::token_endpoint) async fn verify(
        &self,
        assertion: UnverifiedAssertion<'_>,
        keys: &dyn KeySource,
        clock: &dyn Clock,
    ) -> Result<(), AssertionCheckError> {
        // item 9
        let verified = verify(&assertion, keys, clock.now()).await;
        if let Err(AssertionCheckError::Assertion(AssertionError::UnknownKey { .. })) = &verified {
            self.verify_with_decoy(&assertion);
        }
        verified?;
        // Fetching keys may have taken time.
        let now = clock.now();
        self.check_time(&assertion.times, now)?;
        // item 7
        let until = assertion.times.exp.saturating_add(self.skew);
        let (key, principal) = self.replay_key(&assertion);
        let used = UsedProof::new(key, principal, until, now);
        let insertion = self.replay.insert(&used);
        let setting = "`ClientAssertions::replay_timeout`";
        match within(self.replay_timeout, setting, insertion).await? {
            Insertion::Fresh => Ok(()),
            Insertion::Replayed => Err(AssertionError::Replayed.into()),
        }
    }

    /// Takes as long as a verification with a key of the client, which has none for this assertion.
    pub(in crate::token_endpoint) fn verify_with_decoy(&self, assertion: &UnverifiedAssertion<'_>) {
        self.decoy.verify(assertion);
    }

    /// RFC 10070 section 3: the issuer identifier, and nothing else.
    fn check_audience(&self, claims: &Claims<'_>) -> Result<(), AssertionError> {
        let aud = claims.aud.as_ref();
        let aud = aud.ok_or(AssertionError::MissingClaim("aud"))?;
        let is_ours = |sole: &str| self.audiences.iter().any(|each| each == sole);
        if aud.sole().is_some_and(is_ours) {
            return Ok(());
        }
        Err(AssertionError::Audience {
            found: Excerpt::new(&aud.to_string()),
            expected: self.audiences.clone(),
        })
    }

    /// RFC 7523 section 3 items 4 to 6.
    fn check_time(&self, times: &Times, now: Timestamp) -> Result<(), AssertionError> {
        let (skew, limit) = (self.skew, self.max_lifetime);
        if times.exp.saturating_add(skew) <= now {
            let ago = now.saturating_duration_since(times.exp);
            return Err(AssertionError::Expired { ago, skew });
        }
        let latest = now.saturating_add(skew);
        if let Some(nbf) = times.nbf.filter(|nbf| *nbf > latest) {
            let wait = nbf.saturating_duration_since(now);
            return Err(AssertionError::NotYetValid { wait });
        }
        if let Some(iat) = times.iat.filter(|iat| *iat > latest) {
            let ahead = iat.saturating_duration_since(now);
            return Err(AssertionError::IssuedInFuture { ahead, skew });
        }
        let from_now = times.exp.saturating_duration_since(latest);
        let stated = times
            .iat
            .map(|iat| times.exp.saturating_duration_since(iat));
        let lifetime = from_now.max(stated.unwrap_or_default());
        if lifetime > limit {
            return Err(AssertionError::TooLong { lifetime, limit });
        }
        Ok(())
    }

    /// The key of the assertion, and that of its client. The first piece keeps it apart from the key of a DPoP proof,
    /// which begins with a thumbprint; the client, from another client's `jti`.
    fn replay_key(&self, assertion: &UnverifiedAssertion<'_>) -> (Digest, Digest) {
        let hash = |pieces: &[&str]| {
            let mut hasher = Hasher::default();
            for piece in pieces {
                hasher.update_framed(piece.as_bytes());
            }
            hasher.finish()
        };
        let (issuer, client) = (self.issuer.as_str(), assertion.client_id());
        let key = hash(&[REPLAY_USE, issuer, client, &assertion.jti]);
        (key, hash(&[REPLAY_USE, issuer, client]))
    }
}

/// As long as a thumbprint at least, so that no proof's key can begin like this.
const REPLAY_USE: &str = "client assertion (RFC 7523 section 3 item 7)";
const DEFAULT_LIFETIME: Duration = Duration::from_secs(300);
const MIN_LIFETIME: Duration = Duration::from_secs(1);
const MAX_LIFETIME: Duration = Duration::from_secs(3600);
const DEFAULT_SKEW: Duration = Duration::from_secs(10);
const MAX_SKEW: Duration = Duration::from_secs(60);
const DEFAULT_REPLAY_TIMEOUT: Duration = Duration::from_secs(1);
const MIN_REPLAY_TIMEOUT: Duration = Duration::from_millis(1);
const MAX_REPLAY_TIMEOUT: Duration = Duration::from_secs(30);
