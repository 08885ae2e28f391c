//! What a profile has rules for (FAPI 2.0 sections 5.3.4 and 5.4.1): algorithms, clocks and origins of proofs.

use std::time::Duration;

use super::dpop::Dpop;
use crate::config_error::ConfigError;
use crate::jose::{Algorithm, AlgorithmList};
use crate::uri::{Origin, is_plain_beyond_loopback};

impl Dpop {
    /// For clients on computers of their users, whose clocks differ: proofs that are up to 300 s old or 60 s ahead.
    pub(crate) fn with_widest_window(origin: &str) -> Result<Self, ConfigError> {
        let dpop = Self::new(origin)?.max_age(Duration::from_secs(300))?;
        dpop.clock_skew(Duration::from_secs(60))
    }

    /// Accepts those algorithms of the default list that are among these. A list that the configuration names stays as
    /// it is: the first algorithm that is not among these comes back.
    pub(crate) fn narrow(
        &mut self,
        allowed: &[Algorithm],
    ) -> Result<Option<Algorithm>, ConfigError> {
        let is_default = self.algorithms.is(&Algorithm::PROOF_DEFAULT);
        let outside = self.algorithms.iter().find(|each| !allowed.contains(each));
        if !is_default {
            return Ok(outside);
        }
        let both: Vec<_> = self
            .algorithms
            .iter()
            .filter(|each| allowed.contains(each))
            .collect();
        self.algorithms = AlgorithmList::new("proof", both)?;
        // Cached keys were parsed under the previous list.
        self.forget_senders();
        Ok(None)
    }

    /// How far the clock of a client may be ahead.
    pub(crate) const fn accepted_skew(&self) -> Duration {
        self.freshness.window.clock_skew()
    }

    /// How old a proof without a nonce may be.
    pub(crate) const fn accepted_age(&self) -> Duration {
        self.freshness.window.max_age()
    }

    /// Refuses a proof whose `iat` is outside of the time window although its nonce is valid.
    pub(crate) const fn check_iat_with_nonces(&mut self) {
        self.freshness.checks_iat_with_nonce = true;
    }

    /// Whether the time of a nonce replaces a wrong clock.
    pub(crate) fn replaces_wrong_clocks(&self) -> bool {
        let nonces = self.freshness.nonces.as_ref();
        nonces.is_some_and(|nonces| !nonces.is_required())
    }

    /// An origin that clients reach over plain `http` beyond loopback.
    pub(crate) fn insecure_origin(&self) -> Option<&str> {
        let mut origins = self.targets.origins.iter().map(Origin::as_str);
        origins.find(|origin| is_plain_beyond_loopback(origin))
    }
}
