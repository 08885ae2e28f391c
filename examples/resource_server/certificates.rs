//! Where client certificates come from: the header of a proxy, or the TLS connection (RFC 8705 section 3, RFC 9440).

use axum::http::HeaderName;
use sender_constraint::GuardBuilder;
use sender_constraint::cert::{Form, Forwarded, FromConnection, TrustedPeers, Xfcc};
use sender_constraint::proof::Mtls;

use crate::guard::at;
use crate::options::Options;

pub(crate) fn with_certificates(
    guard: GuardBuilder,
    options: &Options,
) -> Result<GuardBuilder, String> {
    if let Some(option) = &options.client_cert {
        // Never both: the connection's certificate, if there is one, is the proxy's.
        return Ok(guard.mtls(Mtls::new(forwarded(option, &options.trusted_peer)?)));
    }
    if options.tls_cert.is_some() {
        return Ok(guard.mtls(Mtls::new(FromConnection)));
    }
    Ok(guard)
}

fn forwarded(option: &str, peers: &[String]) -> Result<Forwarded, String> {
    let (form, header) = match option.split_once(':') {
        Some((form, header)) => (form, Some(header)),
        None => (option, None),
    };
    let at_option = format!("--client-cert {option}");
    let known = FORMS.iter().find(|(name, _)| *name == form);
    let (_, form) = known.ok_or_else(|| {
        let names = FORMS.map(|(name, _)| name).join(", ");
        format!("{at_option}: {form:?} is none of {names}")
    })?;
    let header = header.map(str::parse::<HeaderName>).transpose();
    let header = header.map_err(at(&at_option))?;
    Forwarded::new(*form, header, trusted(peers)?).map_err(at(&at_option))
}

fn trusted(peers: &[String]) -> Result<TrustedPeers, String> {
    let (sockets, networks): (Vec<&str>, Vec<&str>) = peers
        .iter()
        .map(String::as_str)
        .partition(|peer| *peer == "unix");
    if networks.is_empty() && !sockets.is_empty() {
        return Ok(TrustedPeers::unix_socket());
    }
    let trusted = TrustedPeers::networks(networks).map_err(at("--trusted-peer"))?;
    Ok(if sockets.is_empty() {
        trusted
    } else {
        trusted.or(TrustedPeers::unix_socket())
    })
}

const FORMS: [(&str, Form); 10] = [
    ("der-base64", Form::DerBase64),
    ("der-base64-chain", Form::DerBase64Chain),
    ("der-base64-quoted", Form::DerBase64Quoted),
    ("pem-percent", Form::PemPercent),
    ("pem-percent-chain", Form::PemPercentChain),
    ("pem-spaces", Form::PemSpaces),
    ("rfc9440", Form::Rfc9440),
    ("sha256-base64", Form::Sha256Base64),
    ("sha256-hex", Form::Sha256Hex),
    ("xfcc", Form::Xfcc(Xfcc::new())),
];
