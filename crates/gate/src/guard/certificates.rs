//! Where client certificates come from (RFC 8705 section 3, RFC 9440).

use http::HeaderName;
use sender_constraint::cert::{CertSource, Forwarded, HeaderFormat, TlsConnection, Xfcc};
use sender_constraint::proof::Mtls;

use crate::config::{
    CertificateSource, ClientCertificates, Config, ForwardAuth, ForwardedCertificates, Mode,
    Protocol, SettingError,
};

/// The source, and the headers that carry certificates.
pub(super) fn mtls(config: &Config) -> Result<Option<(Mtls, Vec<HeaderName>)>, SettingError> {
    let certificates = &config.certificates;
    let (mtls, headers) = match &certificates.source {
        None => return Ok(None),
        Some(CertificateSource::Connection) => {
            check_connection(config)?;
            (Mtls::new(TlsConnection), Vec::new())
        }
        Some(CertificateSource::Forwarded(settings)) => {
            check_forwarded(config, settings)?;
            let source = forwarded(settings)?;
            let headers = source.headers().to_vec();
            (Mtls::new(source), headers)
        }
    };
    let mtls = if certificates.refuse_expired {
        mtls.refuse_expired_certificates()
    } else {
        mtls
    };
    Ok(Some((mtls, headers)))
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

fn forwarded(settings: &ForwardedCertificates) -> Result<Forwarded, SettingError> {
    let mut format = settings.format.read(|name| name.parse::<HeaderFormat>())?;
    if let Some(hops) = &settings.trusted_hops {
        let HeaderFormat::Xfcc(_) = format else {
            return Err(hops.refuse("it is for the format xfcc only"));
        };
        let xfcc = hops.read(|hops| {
            let hops = usize::try_from(*hops).unwrap_or(usize::MAX);
            Xfcc::new().trusted_hops(hops)
        })?;
        format = HeaderFormat::Xfcc(xfcc);
    }
    let header = settings.header.as_ref().map(|header| header.value.clone());
    let peers = settings.trusted_peers.trusted()?;
    let source = Forwarded::new(format, header, peers);
    let source = source.map_err(|error| settings.format.refuse(error))?;
    Ok(if settings.reject_untrusted_peers {
        source.reject_untrusted_peers()
    } else {
        source
    })
}
