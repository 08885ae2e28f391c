//! What a guard is built of, and what of it survives when the configuration is read again.

use std::sync::Arc;

use http::HeaderName;
use sender_constraint::Guard;
use sender_constraint::config::IssuerKeys;
use sender_constraint::proof::Dpop;
use sender_constraint::replay::ReplayStore;
use sender_constraint::token::TokenVerifier;

use super::files::Files;
use super::issuers::GateKeys;
use super::nonces::GateSecrets;
use super::readiness::Readiness;
use super::shared::SharedDenyList;
use crate::config::{Config, IssuerSettings, Issuers};

/// A guard and the parts that it shares with its successor: a proof that was used before a reload is refused after it,
/// and keys and verified tokens stay cached where their settings are unchanged.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) guard: Guard,
    /// Headers that carry client certificates.
    pub(crate) certificate_headers: Vec<HeaderName>,
    pub(super) config: Config,
    pub(super) keys: GateKeys,
    pub(super) tokens: Arc<dyn TokenVerifier>,
    pub(super) store: Arc<dyn ReplayStore>,
    pub(super) dpop: Option<Dpop>,
    pub(super) secrets: Option<GateSecrets>,
    pub(super) files: Files,
    pub(super) deny_list: Option<SharedDenyList>,
}

impl Parts {
    /// The keys of an issuer, if its settings are unchanged.
    pub(super) fn keys_of(
        &self,
        issuer: &IssuerSettings,
        issuers: &Issuers,
    ) -> Option<&IssuerKeys> {
        let before = &self.config.issuers;
        let mut named = before.iter().zip(self.keys.iter());
        let keys = named.find_map(|(name, keys)| (name == issuer).then_some(keys));
        // A key set in a file is read again: it has no other way to change.
        keys.filter(|keys| before.ca == issuers.ca && matches!(keys, IssuerKeys::Remote(_)))
    }

    /// The verifier of tokens, if no setting of it changed.
    pub(super) fn tokens_of(&self, config: &Config) -> Option<Arc<dyn TokenVerifier>> {
        let before = &self.config;
        let is_kept = before.issuers == config.issuers
            && before.introspection == config.introspection
            && self
                .keys
                .iter()
                .all(|keys| matches!(keys, IssuerKeys::Remote(_)));
        is_kept.then(|| Arc::clone(&self.tokens))
    }

    pub(super) fn dpop_of(&self, config: &Config) -> Option<Dpop> {
        let is_kept = self.config.proofs == config.proofs;
        self.dpop.clone().filter(|_| is_kept)
    }

    /// Issues nonces with the secrets that were read, which the previous parts share.
    pub(crate) fn take_effect(&self) {
        if let Some(secrets) = &self.secrets {
            secrets.take_effect();
        }
    }

    /// The keys of each issuer, for the summary and for readiness.
    pub(crate) fn readiness(&self) -> Vec<Readiness> {
        let issuers = self.config.issuers.iter();
        let named = issuers.map(|issuer| issuer.name.value.as_str());
        named
            .zip(self.keys.iter())
            .map(|(name, keys)| Readiness::new(name, keys))
            .collect()
    }
}
