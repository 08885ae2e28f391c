//! Builds the guard.

use std::sync::Arc;

use sender_constraint::proof::{Dpop, ForwardedHost};
use sender_constraint::replay::ReplayStore;
use sender_constraint::time::{Clock, SystemClock};
use sender_constraint::{Guard, GuardBuilder};

use super::certificates::mtls;
use super::files::Files;
use super::issuers::{Fetching, IssuerKeys, tokens};
use super::nonces::GateSecrets;
use super::parts::Parts;
use super::shared;
use crate::config::{
    Config, Credentials, Fields, ForwardedFields, Mode, Policy, Proofs, SettingError,
};

impl Parts {
    /// Builds a guard, with the keys fetched as the configuration says.
    pub(crate) async fn build(
        config: &Config,
        before: Option<&Self>,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, SettingError> {
        Self::build_with(config, Fetching::Now, before, clock).await
    }

    /// Builds a guard without the network, for `--check`.
    pub(crate) async fn check(config: &Config) -> Result<Self, SettingError> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
        Self::build_with(config, Fetching::Never, None, &clock).await
    }

    async fn build_with(
        config: &Config,
        fetching: Fetching,
        before: Option<&Self>,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, SettingError> {
        let store = shared::replay_store(config, fetching, before).await?;
        let deny_list = shared::deny_list(config, fetching, before).await?;
        let keys = IssuerKeys::of(config, fetching, before).await?;
        let kept = before.and_then(|before| before.tokens_of(config));
        let tokens = kept.map_or_else(|| tokens(config, &keys), Ok)?;
        let nonces = config.proofs.nonces.as_ref();
        let secrets = nonces.map(|nonces| GateSecrets::of(nonces, before));
        let secrets = secrets.transpose()?;
        let dpop = match before.and_then(|before| before.dpop_of(config)) {
            Some(dpop) => Some(dpop),
            None => dpop(config, &store, secrets.as_ref())?,
        };
        let files = Files::open(config, before)?;
        let (mtls, certificate_headers) = mtls(config)?.unzip();
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
        if keeps_credentials(&config.mode) {
            builder = builder.keep_credentials();
        }
        let guard = with_policy(files.add_to(builder), &config.policy).build();
        Ok(Self {
            guard: guard.map_err(|error| config.proofs.origin.refuse(error))?,
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

fn dpop(
    config: &Config,
    store: &Arc<dyn ReplayStore>,
    secrets: Option<&GateSecrets>,
) -> Result<Option<Dpop>, SettingError> {
    let proofs = &config.proofs;
    if proofs.is_off {
        return Ok(None);
    }
    let mut dpop = origins(proofs)?;
    if let Some(forwarded) = &proofs.forwarded {
        dpop = dpop.forwarded_host(forwarded_host(forwarded)?);
    }
    if let Some(age) = &proofs.max_age {
        dpop = age.read(|age| dpop.max_age(*age))?;
    }
    if let Some(skew) = &proofs.clock_skew {
        dpop = skew.read(|skew| dpop.clock_skew(*skew))?;
    }
    if let Some(algorithms) = &proofs.algorithms {
        dpop = algorithms.read(|named| dpop.algorithms(named.iter().copied()))?;
    }
    if let (Some(settings), Some(secrets)) = (&proofs.nonces, secrets) {
        dpop = dpop.nonces(secrets.nonces(settings)?);
    }
    Ok(Some(if config.replay.checked_by_gateway_only.is_some() {
        dpop.replay_checked_by_gateway_only()
    } else {
        dpop.replay_store(Arc::clone(store))
    }))
}

/// The path prefix is that of each origin.
fn origins(proofs: &Proofs) -> Result<Dpop, SettingError> {
    let is_insecure = proofs.insecure_http_origin;
    let with_prefix = |dpop: Dpop| match &proofs.path_prefix {
        Some(prefix) => prefix.read(|prefix| dpop.path_prefix(prefix)),
        None => Ok(dpop),
    };
    let mut dpop = with_prefix(proofs.origin.read(|origin| {
        if is_insecure {
            Dpop::over_insecure_http(origin)
        } else {
            Dpop::new(origin)
        }
    })?)?;
    for origin in &proofs.other_origins {
        dpop = with_prefix(origin.read(|origin| {
            if is_insecure {
                dpop.also_over_insecure_http(origin)
            } else {
                dpop.also_origin(origin)
            }
        })?)?;
    }
    Ok(dpop)
}

fn forwarded_host(forwarded: &ForwardedFields) -> Result<ForwardedHost, SettingError> {
    let peers = forwarded.trusted_peers.trusted()?;
    let source = match forwarded.fields.value {
        Fields::Rfc7239 => ForwardedHost::rfc7239(peers),
        Fields::XForwarded => ForwardedHost::x_forwarded(peers),
    };
    match &forwarded.hops {
        Some(hops) => hops.read(|hops| {
            let hops = usize::try_from(*hops).unwrap_or(usize::MAX);
            source.trusted_hops(hops)
        }),
        None => Ok(source),
    }
}

fn keeps_credentials(mode: &Mode) -> bool {
    match mode {
        Mode::Proxy { upstream, .. } => upstream.credentials == Credentials::Keep,
        Mode::ForwardAuth(_) => false,
    }
}

fn with_policy(mut guard: GuardBuilder, policy: &Policy) -> GuardBuilder {
    if policy.allow_unbound_tokens {
        guard = guard.allow_unbound_tokens();
    }
    if policy.allow_and_report_unbound_tokens {
        guard = guard.allow_and_report_unbound_tokens();
    }
    if policy.accept_early_data {
        guard = guard.accept_early_data();
    }
    if policy.refuse_query_tokens {
        guard = guard.refuse_query_tokens();
    }
    if policy.grpc_responses {
        guard = guard.grpc_responses();
    }
    for member in &policy.ignore_confirmation_members {
        guard = guard.ignore_confirmation_member(member.value.as_str());
    }
    if let Some(realm) = &policy.realm {
        guard = guard.realm(realm.value.as_str());
    }
    if let Some(url) = &policy.resource_metadata {
        guard = guard.resource_metadata(url.value.as_str());
    }
    guard
}
