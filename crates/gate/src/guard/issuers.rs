//! The issuers, their keys, and the verifier of their tokens.

use std::sync::Arc;

use sender_constraint::ConfigError;
use sender_constraint::keys::{KeySource, RemoteKeys, RemoteKeysBuilder, StaticKeys};
use sender_constraint::token::{Issuer, JwtVerifier, TokenVerifier};

use super::http_client::http_client;
use super::introspection;
use super::parts::Parts;
use crate::config::{Config, IssuerSettings, Issuers, Setting, SettingError};

/// Where the keys of an issuer come from.
#[derive(Clone, Debug)]
pub(crate) enum Keys {
    Fetched(RemoteKeys),
    File(Arc<StaticKeys>),
}

impl Keys {
    fn source(&self) -> Arc<dyn KeySource> {
        match self {
            Self::Fetched(keys) => Arc::new(keys.clone()),
            Self::File(keys) => Arc::<StaticKeys>::clone(keys),
        }
    }
}

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
pub(crate) struct IssuerKeys {
    first: Keys,
    others: Vec<Keys>,
}

impl IssuerKeys {
    /// Those of an issuer whose settings are unchanged are taken from `before`.
    pub(super) async fn of(
        config: &Config,
        fetching: Fetching,
        before: Option<&Parts>,
    ) -> Result<Self, SettingError> {
        let issuers = &config.issuers;
        let keys = async |issuer| match before.and_then(|it| it.keys_of(issuer, issuers)) {
            Some(kept) => Ok(kept.clone()),
            None => keys_of(issuer, issuers, fetching).await,
        };
        let first = keys(&issuers.first).await?;
        let mut others = Vec::new();
        for issuer in &issuers.others {
            others.push(keys(issuer).await?);
        }
        Ok(Self { first, others })
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Keys> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

async fn keys_of(
    issuer: &IssuerSettings,
    issuers: &Issuers,
    fetching: Fetching,
) -> Result<Keys, SettingError> {
    let (keys, setting) = match &issuer.jwks {
        Some(file) if !file.value.contains("://") => {
            let keys = file.read(|file| StaticKeys::from_file(file))?;
            return Ok(Keys::File(Arc::new(keys)));
        }
        Some(url) => {
            let keys = RemoteKeys::from_jwks_uri(&url.value, http_client(issuers)?);
            (keys, url)
        }
        None => {
            let keys = RemoteKeys::for_issuer(&issuer.name.value, http_client(issuers)?);
            (keys, &issuer.name)
        }
    };
    let keys = if issuer.insecure_http {
        keys.allow_insecure_http()
    } else {
        keys
    };
    let is_lazy = issuers.start_without_keys || fetching == Fetching::Never;
    let keys = fetched(keys, is_lazy).await;
    Ok(Keys::Fetched(keys.map_err(|error| setting.refuse(error))?))
}

async fn fetched(keys: RemoteKeysBuilder, is_lazy: bool) -> Result<RemoteKeys, ConfigError> {
    if is_lazy {
        keys.lazy()
    } else {
        keys.fetch().await
    }
}

/// The verifier of all tokens.
pub(super) fn tokens(
    config: &Config,
    keys: &IssuerKeys,
) -> Result<Arc<dyn TokenVerifier>, SettingError> {
    let issuers = &config.issuers;
    let first = issuer(&issuers.first, &keys.first)?;
    let audience = &issuers.audience;
    let mut tokens = audience.read(|audience| JwtVerifier::for_issuer(first, audience))?;
    for (settings, keys) in issuers.others.iter().zip(&keys.others) {
        let next = issuer(settings, keys)?;
        tokens = settings.name.read(|_| tokens.add_issuer(next))?;
    }
    for audience in &issuers.other_audiences {
        tokens = audience.read(|audience| tokens.add_audience(audience))?;
    }
    if let Some(leeway) = &issuers.leeway {
        tokens = leeway.read(|leeway| tokens.leeway(*leeway))?;
    }
    match &config.introspection {
        None => Ok(Arc::new(tokens)),
        Some(settings) => introspection::tokens(tokens, issuers, settings, keys.first.source()),
    }
}

fn issuer(settings: &IssuerSettings, keys: &Keys) -> Result<Issuer, SettingError> {
    let name: &Setting<String> = &settings.name;
    let mut issuer = name.read(|name| {
        if settings.insecure_http {
            Issuer::over_insecure_http(name, keys.source())
        } else {
            Issuer::new(name, keys.source())
        }
    })?;
    if let Some(algorithms) = &settings.algorithms {
        issuer = algorithms.read(|algorithms| issuer.algorithms(algorithms.iter().copied()))?;
    }
    if let Some(dialect) = &settings.dialect {
        issuer = issuer.dialect(dialect.read(|name| name.parse())?);
    }
    if settings.accept_untyped_tokens {
        issuer = issuer.accept_untyped_tokens();
    }
    Ok(issuer)
}
