//! A nonce that this server issued, whose time replaces the `iat` of a proof (RFC 9449 section 11.1).

use std::time::Duration;

use crate::proof::error::ProofError;
use crate::time::Timestamp;

/// When a nonce of this server was issued. Only [`Nonces::verify`](super::Nonces::verify) creates one.
#[derive(Clone, Copy, Debug)]
pub(in crate::proof) struct VerifiedNonce {
    issued_at: Timestamp,
    lifetime: Duration,
}

impl VerifiedNonce {
    pub(super) const fn new(issued_at: Timestamp, lifetime: Duration) -> Self {
        Self {
            issued_at,
            lifetime,
        }
    }

    /// Whether the nonce is accepted now. Re-checked after a wait: time has passed, and the clock may have been set
    /// back.
    pub(in crate::proof) fn check(&self, now: Timestamp) -> Result<(), ProofError> {
        if self.issued_at > now.saturating_add(INSTANCE_CLOCK_SKEW) {
            return Err(ProofError::NonceFromFuture {
                ahead: self.issued_at.saturating_duration_since(now),
                limit: INSTANCE_CLOCK_SKEW,
            });
        }
        if now >= self.expires_at() {
            return Err(ProofError::NonceExpired {
                age: now.saturating_duration_since(self.issued_at),
                limit: self.lifetime,
            });
        }
        Ok(())
    }

    pub(in crate::proof) fn expires_at(&self) -> Timestamp {
        self.issued_at.saturating_add(self.lifetime)
    }

    /// A limit for the entry of a proof whose `iat` is far ahead.
    pub(in crate::proof) fn latest_end(&self) -> Timestamp {
        self.issued_at.saturating_add(LONGEST_ENTRY)
    }

    /// Whether half of its lifetime is over: the client needs the next one.
    pub(in crate::proof) fn is_due(&self, now: Timestamp) -> bool {
        now >= self.issued_at.saturating_add(self.lifetime / 2)
    }
}

/// The longest life of a nonce.
const LONGEST_ENTRY: Duration = Duration::from_secs(600);

/// How far the clock of another instance, which issued the nonce, may be ahead.
pub(super) const INSTANCE_CLOCK_SKEW: Duration = Duration::from_secs(5);
