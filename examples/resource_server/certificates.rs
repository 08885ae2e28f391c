//! Where client certificates come from: the header of a proxy, or the TLS connection (RFC 8705 section 3, RFC 9440).

use axum::http::HeaderName;
use sender_constraint::GuardBuilder;
use sender_constraint::cert::{Forwarded, HeaderFormat, TlsConnection, Xfcc};
use sender_constraint::proof::Mtls;

use super::at::at;
use super::options::Options;
use super::peers::trusted;

pub(crate) fn with_certificates(
    guard: GuardBuilder,
    options: &Options,
) -> Result<GuardBuilder, String> {
    if let Some(option) = &options.certificates.forwarded_cert {
        // Never both: the connection's certificate, if there is one, is the proxy's.
        return Ok(guard.mtls(Mtls::new(forwarded(option, options)?)));
    }
    if options.server.tls_cert.is_some() {
        return Ok(guard.mtls(Mtls::new(TlsConnection)));
    }
    Ok(guard)
}

fn forwarded(option: &str, options: &Options) -> Result<Forwarded, String> {
    let (format, header) = match option.split_once(':') {
        Some((format, header)) => (format, Some(header)),
        None => (option, None),
    };
    let at_option = format!("--forwarded-cert {option}");
    let mut format: HeaderFormat = format.parse().map_err(at(&at_option))?;
    if let Some(hops) = options.certificates.trusted_hops {
        let HeaderFormat::Xfcc(_) = format else {
            return Err(format!(
                "--trusted-hops {hops} is for --forwarded-cert xfcc"
            ));
        };
        let xfcc = Xfcc::new().trusted_hops(hops);
        format = HeaderFormat::Xfcc(xfcc.map_err(at("--trusted-hops"))?);
    }
    let header = header.map(str::parse::<HeaderName>).transpose();
    let header = header.map_err(at(&at_option))?;
    Forwarded::new(format, header, trusted(options)?).map_err(at(&at_option))
}
