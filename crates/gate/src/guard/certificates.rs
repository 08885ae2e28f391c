//! Where client certificates come from (RFC 8705 section 3, RFC 9440).

use http::HeaderName;
use sender_constraint::cert::CertSource as _;
use sender_constraint::config::GuardConfig;
use sender_constraint::proof::Mtls;

use crate::config::{
    CertificateSource, ClientCertificates, Config, ForwardAuth, ForwardedCertificates, Mode,
    Protocol, SettingError,
};

/// The source, and the headers that carry certificates.
pub(super) fn mtls(
    config: &Config,
    settings: &GuardConfig,
) -> Result<Option<(Mtls, Vec<HeaderName>)>, SettingError> {
    match &config.certificates.source {
        None => {}
        Some(CertificateSource::Connection) => check_connection(config)?,
        Some(CertificateSource::Forwarded(settings)) => check_forwarded(config, settings)?,
    }
    let located = |error| config.places.locate(&error);
    let forwarded = settings.forwarded_certificates().map_err(located)?;
    let headers = forwarded.map(|source| source.headers().to_vec());
    let mtls = settings.mtls().map_err(located)?;
    Ok(mtls.map(|mtls| (mtls, headers.unwrap_or_default())))
}

/// Without a certificate from the handshake, every certificate-bound token would be refused.
fn check_connection(config: &Config) -> Result<(), SettingError> {
    let tls = config.server.tls.as_ref();
    let requests = tls.is_some_and(|tls| tls.client_certificates != ClientCertificates::Off);
    if requests || is_stated_by_envoy(config) {
        return Ok(());
    }
    Err(config.server.listen.refuse(
        "`mtls.source` is \"connection\", which needs `[tls]` with `client_certificates = \"request\"` or \"require\"",
    ))
}

/// Fields of the original request may have been joined, and a certificate may then be any of several.
fn check_forwarded(config: &Config, settings: &ForwardedCertificates) -> Result<(), SettingError> {
    if !is_stated_by_envoy(config) {
        return Ok(());
    }
    Err(settings.format.refuse(
        "with `forward_auth.proxy = \"envoy-grpc\"` the certificate is in Envoy's message (`include_peer_certificate`): \
         expected `mtls.source = \"connection\"`",
    ))
}

/// Whether the connection is that of Envoy's client.
const fn is_stated_by_envoy(config: &Config) -> bool {
    matches!(
        config.mode,
        Mode::ForwardAuth(ForwardAuth {
            protocol: Protocol::Grpc(_),
            ..
        })
    )
}
