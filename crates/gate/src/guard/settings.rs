//! The settings of the file that are those of the library, which checks them and names them in its errors.

use std::time::Duration;

use sender_constraint::config::{
    CertificateSource as Source, ForwardedConfig, ForwardedFields, GuardConfig, IssuerConfig,
    MtlsConfig,
};

use super::issuers::Fetching;
use crate::config::{
    CertificateSource, Config, Credentials, Fields, ForwardedCertificates, IssuerSettings, Mode,
    Policy, Setting,
};

/// Nonces and the shared store outlive a reload, and files are kept open: they are not in it.
pub(super) fn guard_config(config: &Config, fetching: Fetching) -> GuardConfig {
    let (issuers, proofs) = (&config.issuers, &config.proofs);
    let mut guard = GuardConfig::default();
    guard.issuers = issuers.iter().map(issuer).collect();
    let origins = std::iter::once(&proofs.origin).chain(&proofs.other_origins);
    if proofs.origin.name() == "origins" {
        guard.origins = texts(origins);
    } else {
        guard.origin = Some(proofs.origin.value.clone());
    }
    guard.path_prefix = text(proofs.path_prefix.as_ref());
    guard.insecure_http_origin = proofs.insecure_http_origin;
    let audiences = std::iter::once(&issuers.audience).chain(&issuers.other_audiences);
    guard.tokens.audiences = texts(audiences);
    guard.tokens.ca = text(issuers.ca.as_ref());
    guard.tokens.leeway_seconds = seconds(issuers.leeway.as_ref());
    guard.tokens.start_without_keys = issuers.start_without_keys || fetching == Fetching::Never;
    guard.dpop.off = proofs.is_off;
    guard.dpop.max_age_seconds = seconds(proofs.max_age.as_ref());
    guard.dpop.clock_skew_seconds = seconds(proofs.clock_skew.as_ref());
    guard.dpop.algorithms = algorithms(proofs.algorithms.as_ref());
    guard.forwarded = proofs.forwarded.as_ref().map(|settings| {
        let mut forwarded = ForwardedConfig::default();
        forwarded.fields = Some(match settings.fields.value {
            Fields::Rfc7239 => ForwardedFields::Rfc7239,
            Fields::XForwarded => ForwardedFields::XForwarded,
        });
        forwarded.trusted_peers = settings.trusted_peers.texts();
        forwarded.trusted_hops = size(settings.trusted_hops.as_ref());
        forwarded
    });
    guard.replay.capacity = size(config.replay.capacity.as_ref());
    guard.replay.share_per_principal = size(config.replay.share.as_ref());
    guard.replay.checked_by_gateway_only = config.replay.checked_by_gateway_only.is_some();
    let certificates = &config.certificates;
    guard.mtls = certificates
        .source
        .as_ref()
        .map(|source| mtls(source, certificates.refuse_expired));
    set_policy(&mut guard, config, &config.policy);
    guard
}

fn issuer(settings: &IssuerSettings) -> IssuerConfig {
    let mut issuer = IssuerConfig::new(&settings.name.value);
    issuer.jwks = text(settings.jwks.as_ref());
    issuer.dialect = text(settings.dialect.as_ref());
    issuer.algorithms = algorithms(settings.algorithms.as_ref());
    issuer.accept_untyped_tokens = settings.accept_untyped_tokens;
    issuer.insecure_http = settings.insecure_http;
    issuer
}

fn mtls(source: &CertificateSource, refuse_expired: bool) -> MtlsConfig {
    let mut mtls = MtlsConfig::default();
    mtls.refuse_expired = refuse_expired;
    let settings: &ForwardedCertificates = match source {
        CertificateSource::Connection => {
            mtls.source = Some(Source::Connection);
            return mtls;
        }
        CertificateSource::Forwarded(settings) => settings,
    };
    mtls.source = Some(Source::Forwarded);
    mtls.format = Some(settings.format.value.clone());
    mtls.header = settings.header.as_ref().map(|it| it.value.to_string());
    mtls.trusted_peers = settings.trusted_peers.texts();
    mtls.trusted_hops = size(settings.trusted_hops.as_ref());
    mtls.reject_untrusted_peers = settings.reject_untrusted_peers;
    mtls
}

fn set_policy(guard: &mut GuardConfig, config: &Config, settings: &Policy) {
    let policy = &mut guard.policy;
    policy.accept_early_data = settings.accept_early_data;
    policy.allow_and_report_unbound_tokens = settings.allow_and_report_unbound_tokens;
    policy.allow_unbound_tokens = settings.allow_unbound_tokens;
    policy.grpc_responses = settings.grpc_responses.is_some();
    policy.ignore_confirmation_members = texts(settings.ignore_confirmation_members.iter());
    policy.keep_credentials = match &config.mode {
        Mode::Proxy { upstream, .. } => upstream.credentials == Credentials::Keep,
        Mode::ForwardAuth(_) => false,
    };
    policy.realm = text(settings.realm.as_ref());
    policy.refuse_query_tokens = settings.refuse_query_tokens;
    policy.resource_metadata = text(settings.resource_metadata.as_ref());
}

fn text(setting: Option<&Setting<String>>) -> Option<String> {
    setting.map(|setting| setting.value.clone())
}

fn texts<'a>(settings: impl Iterator<Item = &'a Setting<String>>) -> Vec<String> {
    settings.map(|setting| setting.value.clone()).collect()
}

fn seconds(setting: Option<&Setting<Duration>>) -> Option<u64> {
    setting.map(|setting| setting.value.as_secs())
}

fn size(setting: Option<&Setting<u64>>) -> Option<usize> {
    setting.map(|setting| usize::try_from(setting.value).unwrap_or(usize::MAX))
}

fn algorithms(setting: Option<&Setting<Vec<sender_constraint::jose::Algorithm>>>) -> Vec<String> {
    let named = setting.map(|setting| setting.value.as_slice());
    let named = named.unwrap_or_default().iter();
    named.map(|algorithm| algorithm.name().to_owned()).collect()
}
