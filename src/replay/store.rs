//! The [`ReplayStore`] trait: one atomic insert for each accepted proof (RFC 9449 section 11.1).

use crate::crypto::Digest;
use crate::future::MaybeReady;
use crate::time::Timestamp;
use crate::unavailable::Unavailable;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Records which proofs were used.
///
/// # Implementing
///
/// *Security-critical:* returning [`Insertion::Fresh`] twice for one key before its expiry: a replayed request is
/// accepted.
///
/// *Availability only:* returning [`Insertion::Replayed`] for a new key, or an error: an honest request is refused. So
/// when in doubt, when full, and when the storage does not answer, refuse.
///
/// # Deployment
///
/// [`UsedProof::expires_at`] is a time of the guard's clock. A store that drops entries by the clock of another machine
/// adds the largest difference of clocks: if that clock is ahead, or another instance of the service is behind, the
/// store would otherwise drop a proof that a guard still accepts, and a replay would be accepted.
/// [`UsedProof::keep_for`] and [`UsedProof::keep_until`] add it.
///
/// ```
/// use std::time::Duration;
///
/// use sender_constraint::Unavailable;
/// use sender_constraint::future::MaybeReady;
/// use sender_constraint::replay::{Insertion, UsedProof, ReplayError, ReplayStore};
/// # #[derive(Debug)]
/// # struct Client;
/// # impl Client {
/// #     async fn set_if_absent(&self, _: String, _: Duration) -> Result<bool, std::io::Error> { Ok(true) }
/// # }
///
/// /// Between any two instances of this service.
/// const LARGEST_CLOCK_DIFFERENCE: Duration = Duration::from_secs(10);
///
/// #[derive(Debug)]
/// struct Shared(Client);
///
/// impl ReplayStore for Shared {
///     fn insert<'a>(&'a self, proof: &'a UsedProof) -> MaybeReady<'a, Result<Insertion, ReplayError>> {
///         MaybeReady::pending(async move {
///             // One atomic command. The database drops the key after this span, by its own clock.
///             let span = proof.keep_for(LARGEST_CLOCK_DIFFERENCE);
///             match self.0.set_if_absent(proof.key.to_string(), span).await {
///                 Ok(true) => Ok(Insertion::Fresh),
///                 Ok(false) => Ok(Insertion::Replayed),
///                 Err(error) => Err(Unavailable::replay_store(error.to_string()).into()),
///             }
///         })
///     }
/// }
/// ```
pub trait ReplayStore: fmt::Debug + Send + Sync + 'static {
    /// Inserts the key unless it is present, as one atomic step, so that two concurrent requests with equal proofs
    /// cannot both be accepted.
    ///
    /// The guard calls this last, after everything else about the request held. It waits for the result for as long as
    /// `Dpop::replay_timeout` allows, then drops the future and refuses the request.
    fn insert<'a>(&'a self, proof: &'a UsedProof)
    -> MaybeReady<'a, Result<Insertion, ReplayError>>;

    /// Whether the key is known to have been used; saves the signature check of a replayed proof.
    ///
    /// `false` is always a correct answer: `insert` decides. `true` refuses the request, so return it only for a key
    /// whose [`UsedProof::expires_at`] is not before `now`: after that its `jti` may be used for a new proof (RFC 9449
    /// section 4.2). This must not wait.
    fn has_seen(&self, _key: &Digest, _now: Timestamp) -> bool {
        false
    }

    /// The time after which this store stops waiting for a slow part and decides without it; `None` if it always waits.
    /// *Availability only.* A guard whose `Dpop::replay_timeout` is not longer never lets it, and logs a warning when
    /// it is built. A store that wraps another one delegates it.
    fn gives_up_after(&self) -> Option<Duration> {
        None
    }
}

impl<S: ReplayStore + ?Sized> ReplayStore for Arc<S> {
    fn insert<'a>(
        &'a self,
        proof: &'a UsedProof,
    ) -> MaybeReady<'a, Result<Insertion, ReplayError>> {
        (**self).insert(proof)
    }

    fn has_seen(&self, key: &Digest, now: Timestamp) -> bool {
        (**self).has_seen(key, now)
    }

    fn gives_up_after(&self) -> Option<Duration> {
        (**self).gives_up_after()
    }
}

/// One use of a proof.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct UsedProof {
    /// Hash of key, method, target URI and `jti`.
    pub key: Digest,
    /// Identifies the principal: a hash of the token's issuer, client and subject; the thumbprint of the key if the
    /// token names neither client nor subject. For limits per principal, which may have many keys.
    pub principal: Digest,
    /// Until when the proof could be accepted again, by the guard's clock. The store keeps the key until then,
    /// inclusive; after that the same key is fresh again.
    pub expires_at: Timestamp,
    /// The current time, by the guard's clock.
    pub now: Timestamp,
}

impl UsedProof {
    /// One use of the proof `key` by `principal` at `now`.
    #[must_use]
    pub const fn new(
        key: Digest,
        principal: Digest,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Self {
        Self {
            key,
            principal,
            expires_at,
            now,
        }
    }

    /// For how long a store keeps the key that drops it by a clock of its own, in whole seconds, rounded up.
    ///
    /// `largest_clock_difference` is that between any two guards that share the store. The time that the store's clock
    /// shows does not matter, so prefer this to [`UsedProof::keep_until`].
    #[must_use]
    pub fn keep_for(&self, largest_clock_difference: Duration) -> Duration {
        let life = self.expires_at.saturating_duration_since(self.now);
        let span = life.saturating_add(largest_clock_difference);
        // A second more: the key is kept until its last moment, inclusive.
        Duration::from_secs(span.as_secs().saturating_add(1))
    }

    /// Until when a store keeps the key that drops it at a time by a clock of its own, in whole seconds, rounded up.
    ///
    /// `largest_clock_difference` is that between any guard and the store. If the store's clock is ahead by more, the
    /// key is dropped too early, at each insert again.
    #[must_use]
    pub fn keep_until(&self, largest_clock_difference: Duration) -> Timestamp {
        let until = self.expires_at.saturating_add(largest_clock_difference);
        let next_second = until.as_unix_seconds().saturating_add(1);
        u64::try_from(next_second).map_or(Timestamp::EPOCH, Timestamp::from_unix_seconds)
    }
}

/// The result of inserting a proof.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third answer")]
pub enum Insertion {
    /// The key was absent, and is now present.
    Fresh,
    /// The key was present, or may have been.
    Replayed,
}

/// Why a store did not accept a proof. The request is refused.
#[derive(Clone, Debug, Eq, PartialEq, strum::IntoStaticStr, thiserror::Error)]
#[non_exhaustive]
#[strum(serialize_all = "snake_case", prefix = "replay_")]
pub enum ReplayError {
    /// The clock ran ahead, and was set back to a time whose proofs were dropped as expired. Only proofs of that time
    /// are refused.
    #[error("the clock was set back: a proof of this time may have been used before")]
    ClockSetBack,
    /// The store has no space for another proof.
    #[error("the replay store is full ({capacity} proofs)")]
    Full {
        /// The number of proofs that fit.
        capacity: usize,
    },
    /// The principal has as many live proofs in the store as one principal may have. Refused with 429: caused by one
    /// client, so not an outage.
    #[error("the per-principal limit of {share} proofs in the replay store is reached")]
    PrincipalShareUsed {
        /// The number of proofs that one principal may have in the store.
        share: usize,
    },
    /// The store did not answer, or not in time.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}
