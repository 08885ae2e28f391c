//! Builds the guard.

use std::sync::Arc;

use sender_constraint::Guard;
use sender_constraint::config::GuardConfig;
use sender_constraint::proof::Dpop;
use sender_constraint::replay::ReplayStore;
use sender_constraint::time::{Clock, SystemClock};

use super::certificates::mtls;
use super::files::Files;
use super::issuers::{Fetching, GateKeys, tokens};
use super::nonces::GateSecrets;
use super::parts::Parts;
use super::settings::guard_config;
use super::shared;
use crate::config::{Config, SettingError};

impl Parts {
    /// Builds a guard, with the keys fetched as the configuration says.
    pub(crate) async fn build(
        config: &Config,
        before: Option<&Self>,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, SettingError> {
        Self::build_with(config, Fetching::Now, before, clock).await
    }

    /// Builds a guard without the network.
    pub(crate) async fn check(
        config: &Config,
        before: Option<&Self>,
    ) -> Result<Self, SettingError> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
        Self::build_with(config, Fetching::Never, before, &clock).await
    }

    /// Checks with the library what needs neither the network nor a file.
    pub(crate) fn check_settings(config: &Config) -> Result<(), SettingError> {
        let mut settings = guard_config(config, Fetching::Never);
        settings.tokens.ca = None;
        for issuer in &mut settings.issuers {
            issuer.jwks = issuer.jwks.take().filter(|place| place.contains("://"));
        }
        mtls(config, &settings)?;
        let checked = settings.check();
        checked.map_err(|error| config.places.locate(&error))
    }

    async fn build_with(
        config: &Config,
        fetching: Fetching,
        before: Option<&Self>,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, SettingError> {
        let settings = guard_config(config, fetching);
        let store = shared::replay_store(config, &settings, fetching, before).await?;
        let deny_list = shared::deny_list(config, fetching, before).await?;
        let keys = GateKeys::of(config, &settings, before).await?;
        let kept = before.and_then(|before| before.tokens_of(config));
        let tokens = kept.map_or_else(|| tokens(config, &settings, &keys), Ok)?;
        let nonces = config.proofs.nonces.as_ref();
        let secrets = nonces.map(|nonces| GateSecrets::of(nonces, before));
        let secrets = secrets.transpose()?;
        let dpop = match before.and_then(|before| before.dpop_of(config)) {
            Some(dpop) => Some(dpop),
            None => dpop(config, &settings, &store, secrets.as_ref())?,
        };
        let files = Files::open(config, before)?;
        let (mtls, certificate_headers) = mtls(config, &settings)?.unzip();
        let mut builder = Guard::builder(Arc::clone(&tokens)).clock(Arc::clone(clock));
        if let Some(dpop) = &dpop {
            builder = builder.dpop(dpop.clone());
        }
        if let Some(list) = &deny_list {
            builder = builder.revocation(Arc::clone(&list.0));
        }
        if let Some(mtls) = mtls {
            builder = builder.mtls(mtls);
        }
        let guard = settings.with_policy(files.add_to(builder)).build();
        let located = |error| match settings.setting_of(&error) {
            Some(error) => config.places.locate(&error),
            None => config.places.of_no_setting(&error),
        };
        Ok(Self {
            guard: guard.map_err(located)?,
            certificate_headers: certificate_headers.unwrap_or_default(),
            config: config.clone(),
            keys,
            tokens,
            store,
            dpop,
            secrets,
            files,
            deny_list,
        })
    }
}

/// With the store that outlives a reload, unless no proof is recorded.
fn dpop(
    config: &Config,
    settings: &GuardConfig,
    store: &Arc<dyn ReplayStore>,
    secrets: Option<&GateSecrets>,
) -> Result<Option<Dpop>, SettingError> {
    let dpop = settings.dpop();
    let Some(mut dpop) = dpop.map_err(|error| config.places.locate(&error))? else {
        return Ok(None);
    };
    if let (Some(settings), Some(secrets)) = (&config.proofs.nonces, secrets) {
        dpop = dpop.nonces(secrets.nonces(settings)?);
    }
    Ok(Some(if config.replay.checked_by_gateway_only.is_some() {
        dpop
    } else {
        dpop.replay_store(Arc::clone(store))
    }))
}
