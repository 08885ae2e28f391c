//! Settings of DPoP proofs where these are off.

use super::guard_config::GuardConfig;
use super::names::Key;
use super::peer_config::ForwardedConfig;
use super::proof_config::{NonceMode, ReplayConfig};
use super::setting_error::{SettingError, SettingReason};

impl GuardConfig {
    /// Refuses what has no effect beside `dpop.off`: whoever sets it expects a check that is not made.
    pub(super) fn check_unused_without_dpop(&self) -> Result<(), SettingError> {
        let (dpop, nonce, replay) = (&self.dpop, &self.nonce, &self.replay);
        let unused = [
            ("path_prefix", self.path_prefix.is_some()),
            ("insecure_http_origin", self.insecure_http_origin),
            ("dpop.max_age_seconds", dpop.max_age_seconds.is_some()),
            ("dpop.clock_skew_seconds", dpop.clock_skew_seconds.is_some()),
            ("dpop.algorithms", !dpop.algorithms.is_empty()),
            ("nonce.mode", nonce.mode != NonceMode::Off),
            ("nonce.secret_file", nonce.secret_file.is_some()),
            ("nonce.rotation_seconds", nonce.rotation_seconds.is_some()),
        ];
        let unused = unused.into_iter().chain(set_of(replay));
        let unused = unused.chain(self.forwarded.iter().flat_map(set_of_forwarded));
        match unused.into_iter().find(|(_, is_set)| *is_set) {
            Some((name, _)) => {
                let reason = SettingReason::Unused("DPoP: `dpop.off` is set");
                Err(self.refuse(Key::new(name), reason))
            }
            None => Ok(()),
        }
    }
}

fn set_of_forwarded(forwarded: &ForwardedConfig) -> [(&'static str, bool); 3] {
    [
        (
            "forwarded.trusted_peers",
            !forwarded.trusted_peers.is_empty(),
        ),
        ("forwarded.trusted_hops", forwarded.trusted_hops.is_some()),
        // An empty table is a mistake as well.
        ("forwarded.fields", true),
    ]
}

const fn set_of(replay: &ReplayConfig) -> [(&'static str, bool); 3] {
    [
        ("replay.capacity", replay.capacity.is_some()),
        (
            "replay.share_per_principal",
            replay.share_per_principal.is_some(),
        ),
        (
            "replay.checked_by_gateway_only",
            replay.checked_by_gateway_only,
        ),
    ]
}
