//! The keys of the issuers, and the verifier of their tokens.

use std::sync::Arc;

use sender_constraint::config::{GuardConfig, IssuerKeys};
use sender_constraint::token::TokenVerifier;

use super::introspection;
use super::parts::Parts;
use crate::config::{Config, SettingError};

/// Whether keys are fetched before the configuration is accepted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fetching {
    /// For a check without the network.
    Never,
    /// As the configuration says.
    Now,
}

/// The keys of each issuer, in the order of the configuration.
#[derive(Debug)]
pub(crate) struct GateKeys(Vec<IssuerKeys>);

impl GateKeys {
    /// Those of an issuer whose settings are unchanged are taken from `before`.
    pub(super) async fn of(
        config: &Config,
        settings: &GuardConfig,
        before: Option<&Parts>,
    ) -> Result<Self, SettingError> {
        let located = |error| config.places.locate(&error);
        if config.issuers.ca.is_some() {
            // A file that cannot be used is a mistake, also where nothing is fetched.
            settings.http_client().map_err(located)?;
        }
        let issuers = &config.issuers;
        let mut keys = Vec::new();
        for (number, issuer) in issuers.iter().enumerate() {
            let kept = before.and_then(|it| it.keys_of(issuer, issuers));
            keys.push(match kept {
                Some(kept) => kept.clone(),
                None => settings.issuer_keys(number).await.map_err(located)?,
            });
        }
        Ok(Self(keys))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &IssuerKeys> {
        self.0.iter()
    }
}

/// The verifier of all tokens.
pub(super) fn tokens(
    config: &Config,
    settings: &GuardConfig,
    keys: &GateKeys,
) -> Result<Arc<dyn TokenVerifier>, SettingError> {
    let tokens = settings.tokens(keys.iter().cloned());
    let tokens = tokens.map_err(|error| config.places.locate(&error))?;
    match &config.introspection {
        None => Ok(Arc::new(tokens)),
        Some(introspection) => introspection::tokens(config, settings, introspection, tokens, keys),
    }
}
