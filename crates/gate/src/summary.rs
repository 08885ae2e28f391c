//! What the gate accepts, in a few lines of the log at start.

use crate::config::{Config, Credentials, Mode, NonceMode, Public, Setting};
use crate::gate::Gate;

/// Logs what was configured and the keys that there are, and every setting that loosens a check as a warning.
pub(crate) fn log(gate: &Gate, address: &str) {
    log_config(gate.config(), address);
    for issuer in gate.parts().readiness() {
        tracing::info!(%issuer, "keys");
    }
}

/// The same without the keys, which are fetched if there are none.
pub(crate) fn log_config(config: &Config, address: &str) {
    let scheme = if config.server.tls.is_some() {
        "https"
    } else {
        "http"
    };
    let origin = &config.proofs.origin.value;
    tracing::info!(address, scheme, origin, "configured");
    for origin in &config.proofs.other_origins {
        tracing::info!(origin = origin.value, "further origin");
    }
    if config.proofs.forwarded.is_some() {
        tracing::info!("trusted peers state the host: `forwarded.trusted_peers`");
    }
    for issuer in config.issuers.iter() {
        let (issuer, audience) = (&issuer.name.value, &config.issuers.audience.value);
        tracing::info!(issuer, audience, "accepts tokens");
    }
    let (dpop, mtls) = (!config.proofs.is_off, config.certificates.source.is_some());
    tracing::info!(dpop, mtls, "accepts proofs of possession");
    let nonces = config.proofs.nonces.as_ref();
    let nonces = nonces.map_or(NonceMode::Off, |nonces| nonces.mode.value);
    tracing::info!(mode = nonces.name(), "nonces");
    log_replay(config);
    match &config.mode {
        Mode::ForwardAuth(_) => tracing::info!("decides for another proxy"),
        Mode::Proxy { upstream, public } => {
            tracing::info!(upstream = upstream.url.value, "forwards accepted requests");
            warn_of_public(public);
            if upstream.credentials != Credentials::Remove {
                tracing::warn!("the upstream receives tokens: `upstream.credentials`");
            }
        }
    }
    warn_of_loosened(config);
}

/// Which gates share used proofs. No URL, which may have a password.
fn log_replay(config: &Config) {
    let replay = &config.replay;
    let is_shared = replay.redis.is_some();
    if replay.checked_by_gateway_only.is_none() {
        tracing::info!(is_shared, "refuses used proofs");
    }
    if config.deny.is_some() {
        tracing::info!("refuses tokens of the shared deny-list");
    }
}

fn warn_of_public(public: &Public) {
    let texts = |settings: &[Setting<String>]| {
        let texts: Vec<_> = settings.iter().map(|it| it.value.as_str()).collect();
        texts.join(" ")
    };
    if !public.paths.is_empty() {
        let paths = texts(&public.paths);
        tracing::warn!(paths, "forwards without a check: `public.paths`");
    }
    if !public.prefixes.is_empty() {
        let prefixes = texts(&public.prefixes);
        tracing::warn!(prefixes, "forwards without a check: `public.prefixes`");
    }
}

fn warn_of_loosened(config: &Config) {
    let (policy, replay) = (&config.policy, &config.replay);
    for (is_set, setting) in [
        (config.proofs.insecure_http_origin, "insecure_http_origin"),
        (policy.allow_unbound_tokens, "policy.allow_unbound_tokens"),
        (
            policy.allow_and_report_unbound_tokens,
            "policy.allow_and_report_unbound_tokens",
        ),
        (policy.accept_early_data, "policy.accept_early_data"),
        (
            policy.let_responses_outlive_tokens.is_some(),
            "policy.let_responses_outlive_tokens",
        ),
        (
            !policy.ignore_confirmation_members.is_empty(),
            "policy.ignore_confirmation_members",
        ),
        (
            replay.accept_once_per_node_during_outages.is_some(),
            "replay.accept_once_per_node_during_outages",
        ),
        (
            replay.checked_by_gateway_only.is_some(),
            "replay.checked_by_gateway_only",
        ),
        (policy.exceptions_file.is_some(), "policy.exceptions_file"),
        (
            config.issuers.iter().any(|it| it.accept_untyped_tokens),
            "issuer.accept_untyped_tokens",
        ),
        (
            config.issuers.iter().any(|it| it.insecure_http),
            "issuer.insecure_http",
        ),
    ] {
        if is_set {
            tracing::warn!(setting, "a check is loosened");
        }
    }
}
