//! The age of a proof (RFC 9449 section 4.3 items 10 and 11): by the client's clock, or by a nonce of this server.

use std::time::Duration;

use super::claims::Claims;
use super::error::ProofError;
use super::nonce::{NonceIssuer, Nonces, VerifiedNonce};
use super::time_window::TimeWindow;
use crate::time::Timestamp;

/// The settings by which a proof is recent.
#[derive(Clone, Debug, Default)]
pub(super) struct Freshness {
    pub(super) window: TimeWindow,
    pub(super) nonces: Option<Nonces>,
    /// A profile refuses timestamps of wrong clocks also beside a nonce.
    pub(super) checks_iat_with_nonce: bool,
}

/// What the age of a proof is counted from.
#[derive(Clone, Copy, Debug)]
pub(super) enum ProofTime {
    /// `iat`, and the end that the proof states.
    Claimed {
        iat: Timestamp,
        exp: Option<Timestamp>,
    },
    Nonce {
        nonce: VerifiedNonce,
        /// Until when the proof could be accepted again, also by a guard of the same origin without nonces.
        until: Timestamp,
    },
}

impl Freshness {
    /// The time of a proof, or why its client needs a nonce. A proof that no nonce would help is refused at once.
    pub(super) fn read(
        &self,
        claims: &Claims<'_>,
        iat: Timestamp,
        origin: &str,
        now: Timestamp,
    ) -> Result<Result<ProofTime, ProofError>, ProofError> {
        let claimed = ProofTime::Claimed {
            iat,
            exp: claims.exp,
        };
        let Some(nonces) = &self.nonces else {
            self.window.check(iat, claims, now)?;
            return Ok(Ok(claimed));
        };
        // Whatever the client's clock shows, its own times must agree.
        let clock = if self.checks_iat_with_nonce { now } else { iat };
        self.window.check(iat, claims, clock)?;
        if claims.has_nonce {
            let nonce = claims.nonce.as_deref().unwrap_or_default();
            let verified = nonces.verify(nonce, origin, now);
            return Ok(verified.map(|nonce| ProofTime::Nonce {
                nonce,
                until: self.latest_use(&nonce, iat),
            }));
        }
        if nonces.is_required() {
            return Ok(Err(ProofError::NonceMissing));
        }
        let checked = self.window.check(iat, claims, now);
        Ok(checked.map(|()| claimed).map_err(missing_on_skew))
    }

    /// Whether the proof is still recent after a wait.
    pub(super) fn check(&self, time: &ProofTime, now: Timestamp) -> Result<(), ProofError> {
        match time {
            ProofTime::Claimed { iat, exp } => {
                let checked = self.window.check_time(*iat, *exp, now);
                match self.nonces {
                    None => checked,
                    Some(_) => checked.map_err(missing_on_skew),
                }
            }
            ProofTime::Nonce { nonce, .. } => nonce.check(now),
        }
    }

    /// Until when a proof of this time could be accepted again.
    pub(super) fn until(&self, time: &ProofTime) -> Timestamp {
        match time {
            ProofTime::Claimed { iat, .. } => self.window.until(*iat),
            ProofTime::Nonce { until, .. } => *until,
        }
    }

    /// The end of the nonce, or of `iat` where a guard that shares the replay store and has no nonces could accept the
    /// proof by it: during a deployment that turns nonces off. Does not depend on the present, so that a store which
    /// dropped the entry knows that time of it after its clock was set back.
    fn latest_use(&self, nonce: &VerifiedNonce, iat: Timestamp) -> Timestamp {
        let by_iat = self.window.until(iat).min(nonce.latest_end());
        nonce.expires_at().max(by_iat)
    }

    /// The longest time for which a proof can be accepted.
    pub(super) fn length(&self) -> Duration {
        let window = self.window.length();
        match &self.nonces {
            None => window,
            Some(nonces) => nonces.length().max(window),
        }
    }

    pub(super) fn nonce_issuer(&self, origin: &str) -> Option<NonceIssuer> {
        let nonces = self.nonces.clone()?;
        Some(NonceIssuer::new(nonces, origin))
    }
}

impl ProofTime {
    /// Whether the client used a nonce, and needs the next one.
    pub(super) fn is_nonce_due(&self, now: Timestamp) -> bool {
        match self {
            Self::Claimed { .. } => false,
            Self::Nonce { nonce, .. } => nonce.is_due(now),
        }
    }
}

fn missing_on_skew(reason: ProofError) -> ProofError {
    ProofError::NonceMissingOnSkew(Box::new(reason))
}
