//! DPoP: origins, times, nonces and used proofs.

use super::build::seconds;
use super::guard_config::GuardConfig;
use super::names::Key;
use super::peer_config::{ForwardedConfig, ForwardedFields};
use super::proof_config::NonceMode;
use super::setting_error::{SettingError, SettingReason};
use crate::cert::TrustedPeers;
use crate::config_error::ConfigError;
use crate::proof::{Dpop, ForwardedHost, NonceSecretFile, NonceSecrets, Nonces};
use crate::replay::MemoryStore;

impl GuardConfig {
    /// The requirements for DPoP proofs, with a memory of used proofs of its own; `None` if
    /// [`DpopConfig::off`](super::DpopConfig::off) is set.
    ///
    /// # Errors
    ///
    /// A [`SettingError`] with the setting that is missing or refused, or that has no effect without DPoP.
    pub fn dpop(&self) -> Result<Option<Dpop>, SettingError> {
        self.check_origins()?;
        let settings = &self.dpop;
        if settings.off {
            self.check_unused_without_dpop()?;
            return Ok(None);
        }
        let mut dpop = self.target()?;
        if let Some(age) = settings.max_age_seconds {
            let key = Key::new("dpop.max_age_seconds");
            dpop = self.refused(key, dpop.max_age(seconds(age)))?;
        }
        if let Some(skew) = settings.clock_skew_seconds {
            let key = Key::new("dpop.clock_skew_seconds");
            dpop = self.refused(key, dpop.clock_skew(seconds(skew)))?;
        }
        let key = Key::new("dpop.algorithms");
        let algorithms = self.algorithms(key, &settings.algorithms)?;
        if !algorithms.is_empty() {
            dpop = self.refused(key, dpop.algorithms(algorithms))?;
        }
        if let Some(nonces) = self.nonces()? {
            dpop = dpop.nonces(nonces);
        }
        self.with_replay_check(dpop).map(Some)
    }

    /// Refuses both of `origin` and `origins`, and none.
    pub(super) fn check_origins(&self) -> Result<(), SettingError> {
        match (&self.origin, self.origins.is_empty()) {
            (None, true) => Err(self.refuse(
                Key::new("origin"),
                SettingReason::Missing(
                    "scheme, host and port that clients use, such as https://api.example.com",
                ),
            )),
            (Some(_), false) => Err(self.refuse(
                Key::new("origins"),
                SettingReason::Conflict("expected either `origin` or `origins`"),
            )),
            _ => Ok(()),
        }
    }

    /// The origins, each with the path prefix, and who states the host that selects one.
    fn target(&self) -> Result<Dpop, SettingError> {
        let mut dpop: Option<Dpop> = None;
        for (name, number, origin) in self.all_origins() {
            let next = match (dpop, self.insecure_http_origin) {
                (None, false) => Dpop::new(origin),
                (None, true) => Dpop::over_insecure_http(origin),
                (Some(dpop), false) => dpop.also_origin(origin),
                (Some(dpop), true) => dpop.also_over_insecure_http(origin),
            };
            let next = self.refused(Key::new(name).element(number), next)?;
            dpop = Some(match &self.path_prefix {
                Some(prefix) => self.refused(Key::new("path_prefix"), next.path_prefix(prefix))?,
                None => next,
            });
        }
        let dpop = dpop
            .ok_or_else(|| self.refuse(Key::new("origin"), SettingReason::Missing("an origin")))?;
        self.check_insecure_origin()?;
        match &self.forwarded {
            Some(forwarded) => Ok(dpop.forwarded_host(self.forwarded_host(forwarded)?)),
            None => Ok(dpop),
        }
    }

    /// Refuses what loosens a check that none of the origins needs.
    fn check_insecure_origin(&self) -> Result<(), SettingError> {
        let is_plain = |origin: &str| !origin.to_ascii_lowercase().starts_with("https:");
        if !self.insecure_http_origin || self.all_origins().any(|(_, _, origin)| is_plain(origin)) {
            return Ok(());
        }
        let reason = SettingReason::Unused("an origin over plain http");
        Err(self.refuse(Key::new("insecure_http_origin"), reason))
    }

    fn forwarded_host(&self, settings: &ForwardedConfig) -> Result<ForwardedHost, SettingError> {
        let peers = self.peers(Key::new("forwarded.trusted_peers"), &settings.trusted_peers)?;
        let source = match settings.fields {
            Some(ForwardedFields::Rfc7239) => ForwardedHost::rfc7239(peers),
            Some(ForwardedFields::XForwarded) => ForwardedHost::x_forwarded(peers),
            None => {
                let reason = SettingReason::Missing("rfc7239 or x-forwarded");
                return Err(self.refuse(Key::new("forwarded.fields"), reason));
            }
        };
        match settings.trusted_hops {
            Some(hops) => self.refused(
                Key::new("forwarded.trusted_hops"),
                source.trusted_hops(hops),
            ),
            None => Ok(source),
        }
    }

    /// Addresses, networks, and `unix`.
    pub(super) fn peers(&self, key: Key, peers: &[String]) -> Result<TrustedPeers, SettingError> {
        let mut trusted: Option<TrustedPeers> = None;
        for (number, peer) in peers.iter().enumerate() {
            let next = match peer.as_str() {
                "unix" => Ok(TrustedPeers::unix_socket()),
                network => TrustedPeers::networks([network]),
            };
            let next = self.refused(key.element(Some(number)), next)?;
            trusted = Some(match trusted {
                Some(trusted) => trusted.or(next),
                None => next,
            });
        }
        let expected =
            "addresses and networks of the proxy, such as 10.1.2.3 or 10.1.0.0/16, or unix";
        trusted.ok_or_else(|| self.refuse(key, SettingReason::Missing(expected)))
    }

    fn nonces(&self) -> Result<Option<Nonces>, SettingError> {
        let settings = &self.nonce;
        let constructor = match settings.mode {
            NonceMode::Off => {
                let unused = [
                    ("nonce.secret_file", settings.secret_file.is_some()),
                    (
                        "nonce.rotation_seconds",
                        settings.rotation_seconds.is_some(),
                    ),
                ];
                let unused = unused.into_iter().find(|(_, is_set)| *is_set);
                return unused.map_or(Ok(None), |(name, _)| {
                    let reason = SettingReason::Unused("`nonce.mode`, required or skew");
                    Err(self.refuse(Key::new(name), reason))
                });
            }
            NonceMode::Required => Nonces::required,
            NonceMode::Skew => Nonces::on_clock_skew,
        };
        let secrets = match &settings.secret_file {
            Some(path) => {
                let secrets = NonceSecretFile::read(path).and_then(|file| file.secrets());
                self.refused(Key::new("nonce.secret_file"), secrets)?
            }
            None => self.refused(Key::new("nonce.mode"), NonceSecrets::random())?,
        };
        let nonces = constructor(secrets);
        let Some(every) = settings.rotation_seconds else {
            return Ok(Some(nonces));
        };
        let rotated = nonces.rotation(seconds(every));
        self.refused(Key::new("nonce.rotation_seconds"), rotated)
            .map(Some)
    }

    fn with_replay_check(&self, dpop: Dpop) -> Result<Dpop, SettingError> {
        let settings = &self.replay;
        let is_sized = settings.capacity.is_some() || settings.share_per_principal.is_some();
        if settings.checked_by_gateway_only {
            if is_sized {
                let reason = "no proof is recorded with it: expected neither `replay.capacity` nor \
                              `replay.share_per_principal`";
                let key = Key::new("replay.checked_by_gateway_only");
                return Err(self.refuse(key, SettingReason::Conflict(reason)));
            }
            return Ok(dpop.replay_checked_by_gateway_only());
        }
        if !is_sized {
            return Ok(dpop);
        }
        Ok(dpop.replay_store(self.memory_store()?))
    }

    /// The memory of used proofs, of the size that [`ReplayConfig`](super::ReplayConfig) has: for a program that puts it in
    /// front of a shared store.
    ///
    /// # Errors
    ///
    /// A [`SettingError`] if a size is refused, or is set beside [`DpopConfig::off`](super::DpopConfig::off), with which no
    /// proof is recorded.
    pub fn memory_store(&self) -> Result<MemoryStore, SettingError> {
        if self.dpop.off {
            self.check_unused_without_dpop()?;
        }
        let settings = &self.replay;
        let store: Result<_, ConfigError> = match settings.capacity {
            Some(capacity) => MemoryStore::new(capacity),
            None => Ok(MemoryStore::default()),
        };
        let store = self.refused(Key::new("replay.capacity"), store)?;
        match settings.share_per_principal {
            Some(share) => self.refused(
                Key::new("replay.share_per_principal"),
                store.share_per_principal(share),
            ),
            None => Ok(store),
        }
    }
}
