//! The settings of DPoP proofs: their time, their nonces, and the memory of used ones.

use serde::Deserialize;

/// DPoP proofs ([`Dpop`](crate::proof::Dpop)).
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct DpopConfig {
    /// Refuses tokens that are bound to a key. Then [`GuardConfig::mtls`](super::GuardConfig::mtls), or a setting that
    /// allows unbound tokens, is required; settings of proofs, nonces, used proofs and hosts are refused.
    pub off: bool,
    /// How long after its `iat` a proof is accepted: 60 s by default, from 1 s to 300 s.
    pub max_age_seconds: Option<u64>,
    /// How far the clock of a client may be ahead: 10 s by default, at most 60 s.
    pub clock_skew_seconds: Option<u64>,
    /// The algorithms of proofs, instead of [`Algorithm::PROOF_DEFAULT`](crate::jose::Algorithm::PROOF_DEFAULT). An empty
    /// list is the default.
    pub algorithms: Vec<String>,
}

/// Nonces that this server issues ([`Nonces`](crate::proof::Nonces)).
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct NonceConfig {
    /// When a proof needs a nonce.
    pub mode: NonceMode,
    /// A file that instances share ([`NonceSecretFile`](crate::proof::NonceSecretFile)), which is read when the guard is
    /// built. Without it, the secret is a random one of this guard.
    pub secret_file: Option<String>,
    /// After how long clients get the next nonce: 60 s by default, from 10 s to 300 s.
    pub rotation_seconds: Option<u64>,
}

/// When a proof needs a nonce.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum NonceMode {
    /// Never: a `nonce` in a proof is ignored.
    #[default]
    Off,
    /// Always ([`Nonces::required`](crate::proof::Nonces::required)).
    Required,
    /// Where the clock of the client is wrong ([`Nonces::on_clock_skew`](crate::proof::Nonces::on_clock_skew)).
    Skew,
}

/// The memory of used proofs ([`MemoryStore`](crate::replay::MemoryStore)), which is that of one guard.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ReplayConfig {
    /// How many proofs it keeps.
    pub capacity: Option<usize>,
    /// How many of them one principal may take up.
    pub share_per_principal: Option<usize>,
    /// Makes no replay check, where only a gateway that made it can reach this service
    /// ([`Dpop::replay_checked_by_gateway_only`](crate::proof::Dpop::replay_checked_by_gateway_only)).
    pub checked_by_gateway_only: bool,
}
