//! From the command line to the settings of a guard, and their errors as errors of options.

use sender_constraint::config::{
    CertificateSource, ForwardedConfig, ForwardedFields as Fields, GuardConfig, MtlsConfig,
    SettingError, SettingReason,
};

use super::at::in_options;
use super::options::{ForwardedFields, Options};

/// Without issuers and nonces: the summary shows the keys of the former, and SIGHUP replaces the secrets of the latter.
pub(crate) fn settings(options: &Options) -> GuardConfig {
    let (server, proofs) = (&options.server, &options.proofs);
    let mut config = GuardConfig::default();
    config.origins.clone_from(&server.origin);
    config.path_prefix.clone_from(&server.path_prefix);
    config.insecure_http_origin = options.development.insecure_http_origin;
    let algorithms = proofs.proof_algs.iter().flat_map(|names| names.split(','));
    config.dpop.algorithms = algorithms.map(str::to_owned).collect();
    let window = options.profile.mcp.then_some(MCP_WINDOW).unzip();
    config.dpop.max_age_seconds = proofs.proof_max_age.or(window.0);
    config.dpop.clock_skew_seconds = proofs.clock_skew.or(window.1);
    config.forwarded = server.forwarded.map(|fields| {
        let mut forwarded = ForwardedConfig::default();
        forwarded.fields = Some(match fields {
            ForwardedFields::Rfc7239 => Fields::Rfc7239,
            ForwardedFields::XForwarded => Fields::XForwarded,
        });
        forwarded.trusted_peers.clone_from(&server.trusted_peer);
        forwarded.trusted_hops = server.forwarded_hops;
        forwarded
    });
    config.mtls = mtls(options);
    let (policy, issuers) = (&mut config.policy, &options.issuers);
    policy.accept_early_data = server.accept_early_data;
    policy.allow_unbound_tokens = issuers.allow_unbound;
    policy.allow_and_report_unbound_tokens = issuers.report_unbound;
    let members = &mut policy.ignore_confirmation_members;
    members.clone_from(&issuers.ignore_cnf);
    config
}

fn mtls(options: &Options) -> Option<MtlsConfig> {
    let mut mtls = MtlsConfig::default();
    let Some(option) = &options.certificates.forwarded_cert else {
        mtls.source = Some(CertificateSource::Connection);
        return options.server.tls_cert.is_some().then_some(mtls);
    };
    // Never both: the connection's certificate, if there is one, is the proxy's.
    mtls.source = Some(CertificateSource::Forwarded);
    let (format, header) = match option.split_once(':') {
        Some((format, header)) => (format, Some(header.to_owned())),
        None => (option.as_str(), None),
    };
    mtls.format = Some(format.to_owned());
    mtls.header = header;
    mtls.trusted_peers.clone_from(&options.server.trusted_peer);
    mtls.trusted_hops = options.certificates.trusted_hops;
    Some(mtls)
}

/// The error, with options in place of settings.
pub(crate) fn at_option(error: SettingError) -> String {
    let setting = error.setting();
    let name = setting.split_once('[').map_or(setting, |(name, _)| name);
    let option = match name {
        "dpop.algorithms" => "--proof-algs",
        "dpop.clock_skew_seconds" => "--clock-skew",
        "dpop.max_age_seconds" => "--proof-max-age",
        "insecure_http_origin" => "--insecure-http-origin",
        "forwarded.fields" => "--forwarded",
        "forwarded.trusted_hops" => "--forwarded-hops",
        "forwarded.trusted_peers" | "mtls.trusted_peers" => "--trusted-peer",
        "mtls.format" | "mtls.header" => "--forwarded-cert",
        "mtls.trusted_hops" => "--trusted-hops",
        "origin" | "origins" => "--origin",
        "path_prefix" => "--path-prefix",
        other => other,
    };
    let reason = match error.reason() {
        SettingReason::Refused(error) => in_options(error),
        reason => reason
            .to_string()
            .replace("`mtls.format`", "--forwarded-cert"),
    };
    format!("{option}: {reason}")
}

/// The seconds that a proof may be old, and ahead, by `Guard::mcp`: clients run on computers of their users.
const MCP_WINDOW: (u64, u64) = (300, 60);
