//! The settings of nonces: when a proof needs one, with which secrets, and how long one is accepted.

use std::time::Duration;

use super::secrets::NonceSecrets;
use super::text::Nonce;
use super::verified::{INSTANCE_CLOCK_SKEW, VerifiedNonce};
use crate::config_error::{ConfigError, in_range};
use crate::proof::error::ProofError;
use crate::time::Timestamp;

/// Nonces of this resource server (RFC 9449 sections 8 and 9): a proof with one was generated after it was issued,
/// which this server's clock says and not the client's.
///
/// A nonce is stateless: a time and a MAC, bound to the origin of [`Dpop::new`](crate::proof::Dpop::new). A client may
/// use one for many proofs; each proof is still accepted once, by its `jti`. With a valid nonce, the nonce's time
/// replaces `iat`, and `exp` and `nbf` of the proof are compared with its own `iat`, so that the client's clock does
/// not matter. A nonce that is malformed, forged, expired or of another server is refused, whatever the mode.
///
/// A client that needs a nonce is refused once, with `use_dpop_nonce` and a nonce in `DPoP-Nonce`, and repeats its
/// request. Afterwards, it receives the next nonce with a response once half of the accepted lifetime is over.
///
/// ```
/// use sender_constraint::proof::{Dpop, NonceSecrets, Nonces};
/// use std::time::Duration;
///
/// let secrets = NonceSecrets::random()?;
/// let nonces = Nonces::required(secrets).rotation(Duration::from_secs(90))?;
/// let dpop = Dpop::new("https://api.example.com")?.nonces(nonces);
/// # drop(dpop);
/// # Ok::<(), sender_constraint::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Nonces {
    secrets: NonceSecrets,
    is_required: bool,
    rotation: Duration,
}

impl Nonces {
    /// Requires a nonce in every proof: proofs that were generated in advance are worthless once the nonce in them has
    /// expired (RFC 9449 section 11.2).
    ///
    /// Every refusal with 401 has a nonce, so that a client needs no other request to get one.
    pub const fn required(secrets: NonceSecrets) -> Self {
        Self::new(secrets, true)
    }

    /// Requires a nonce only if the client's clock is wrong: a proof whose time is accepted needs none, and a client
    /// whose proof is refused for its time alone receives a nonce instead.
    ///
    /// This does not prevent proofs from being generated in advance: one with a future `iat` is accepted at that time,
    /// without a nonce.
    pub const fn on_clock_skew(secrets: NonceSecrets) -> Self {
        Self::new(secrets, false)
    }

    const fn new(secrets: NonceSecrets, is_required: bool) -> Self {
        Self {
            secrets,
            is_required,
            rotation: DEFAULT_ROTATION,
        }
    }

    /// Sets after how long a client receives a new nonce: 60 s by default, from 10 s to 300 s. A nonce is accepted for
    /// twice as long, so that the previous one is accepted as well.
    ///
    /// Instances that share secrets need the same rotation. Raise it together with a new secret, and call
    /// [`NonceSecrets::forget_replaced`]: a shared replay store has forgotten proofs whose nonce would be accepted again.
    ///
    /// # Deployment
    ///
    /// The replay store keeps a proof until its nonce expires, up to twice the rotation, and as long as its `iat` is
    /// accepted, for [`Dpop::max_age`](crate::proof::Dpop::max_age) and
    /// [`Dpop::clock_skew`](crate::proof::Dpop::clock_skew). A client that sends no request for that long is refused
    /// once, with a new nonce.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Duration`] outside this range.
    pub fn rotation(mut self, every: Duration) -> Result<Self, ConfigError> {
        let setting = "the rotation of nonces";
        self.rotation = in_range(setting, every, MIN_ROTATION, MAX_ROTATION)?;
        Ok(self)
    }

    pub(in crate::proof) const fn is_required(&self) -> bool {
        self.is_required
    }

    /// The longest time for which a proof with a nonce can be accepted.
    pub(in crate::proof) const fn length(&self) -> Duration {
        self.lifetime().saturating_add(INSTANCE_CLOCK_SKEW)
    }

    const fn lifetime(&self) -> Duration {
        self.rotation.saturating_mul(2)
    }

    pub(super) fn issue(&self, origin: &str, now: Timestamp) -> String {
        self.secrets.issue(origin, now).to_text()
    }

    /// Whether the text is a nonce that was issued since a time.
    pub(super) fn have_issued(&self, text: &str, origin: &str, since: Timestamp) -> bool {
        Nonce::parse(text).is_some_and(|nonce| {
            let at = nonce.issued_at();
            let is_recent = at.as_unix_seconds() >= since.as_unix_seconds();
            is_recent && self.secrets.hold(&nonce, origin, at, self.lifetime())
        })
    }

    /// RFC 9449 section 4.3 item 10.
    pub(in crate::proof) fn verify(
        &self,
        text: &str,
        origin: &str,
        now: Timestamp,
    ) -> Result<VerifiedNonce, ProofError> {
        let nonce = Nonce::parse(text).ok_or(ProofError::NonceMalformed)?;
        let lifetime = self.lifetime();
        if !self.secrets.hold(&nonce, origin, now, lifetime) {
            return Err(ProofError::NonceUnknown);
        }
        let verified = VerifiedNonce::new(nonce.issued_at(), lifetime);
        verified.check(now)?;
        Ok(verified)
    }
}

const DEFAULT_ROTATION: Duration = Duration::from_secs(60);
const MIN_ROTATION: Duration = Duration::from_secs(10);
const MAX_ROTATION: Duration = Duration::from_secs(300);
