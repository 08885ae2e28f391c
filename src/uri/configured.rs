//! Checks the URLs of the configuration: origins, issuers, and where keys are fetched.

use url::Url;

use super::error::UriError;
use super::normalized::NormalizedUri;
use crate::address::{ip_literal, is_local, is_loopback_host};
use crate::config_error::ConfigError;
use crate::url_error::{UrlError, redacted};

/// Whether plain `http` beyond loopback is accepted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum PlainHttp {
    /// To names, and to addresses that are not public.
    Allowed,
    /// Refused, and no setting accepts it.
    Never,
    /// Refused, unless a setting accepts it.
    Refused,
}

/// An issuer identifier is an `https` URL without query or fragment (RFC 8414 section 2).
pub(crate) fn check_issuer(name: &str, plain_http: PlainHttp) -> Result<(), ConfigError> {
    let fault = |reason| ConfigError::Issuer {
        value: redacted(name),
        reason,
    };
    let url = check_url(name, plain_http).map_err(fault)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(fault(UrlError::QueryOrFragment));
    }
    if has_well_known_path(&url) {
        return Err(fault(UrlError::WellKnown));
    }
    Ok(())
}

/// Whether this is the URL of metadata (RFC 8414 section 3, RFC 9728 section 3, OpenID Connect Discovery section 4): no
/// identifier has such a path.
pub(crate) fn has_well_known_path(url: &Url) -> bool {
    url.path().contains("/.well-known/")
}

/// A URL that may be fetched is `https`, or `http` on loopback.
pub(crate) fn check_url(address: &str, plain_http: PlainHttp) -> Result<Url, UrlError> {
    let uri = normalized(address)?;
    let url = Url::parse(address).map_err(|_| UrlError::Malformed)?;
    // Two parsers that find different hosts could be led to check one and to connect to the other.
    if !url
        .host_str()
        .is_some_and(|host| is_same_host(host, uri.host()))
    {
        return Err(UrlError::Malformed);
    }
    if url.scheme() == "http" {
        check_plain_host(uri.host(), plain_http)?;
    }
    Ok(url)
}

/// Whether a configured URL is plain `http` to another machine.
pub(crate) fn is_plain_beyond_loopback(address: &str) -> bool {
    let uri = NormalizedUri::parse(address).ok();
    uri.is_some_and(|uri| is_plain(&uri) && !is_loopback_host(uri.host()))
}

/// Parses a configured URL, and says what is wrong with it in the words of the configuration.
pub(super) fn normalized(value: &str) -> Result<NormalizedUri, UrlError> {
    NormalizedUri::parse(value).map_err(|error| match error {
        UriError::UserInfo => UrlError::UserInfo,
        UriError::Scheme => UrlError::Scheme,
        _ if value.trim() != value => UrlError::Whitespace,
        _ if !value.is_ascii() => UrlError::NonAscii,
        UriError::Host if has_ipv4_host(value) => UrlError::NotCanonical,
        _ => UrlError::Malformed,
    })
}

pub(super) fn is_plain(uri: &NormalizedUri) -> bool {
    uri.origin().starts_with("http://")
}

fn check_plain_host(host: &str, plain_http: PlainHttp) -> Result<(), UrlError> {
    if is_loopback_host(host) {
        return Ok(());
    }
    match (plain_http, ip_literal(host)) {
        (PlainHttp::Never, _) => Err(UrlError::NotHttps),
        (PlainHttp::Refused, _) => Err(UrlError::PlainHttp),
        (PlainHttp::Allowed, Some(address)) if !is_local(address) => Err(UrlError::PublicHttp),
        // The HTTP client checks what a name resolves to.
        (PlainHttp::Allowed, _) => Ok(()),
    }
}

fn is_same_host(one: &str, other: &str) -> bool {
    one == other || ip_literal(one).is_some_and(|address| ip_literal(other) == Some(address))
}

/// Whether a URL parser reads the host as an IPv4 address, in any notation.
fn has_ipv4_host(value: &str) -> bool {
    let url = Url::parse(value).ok();
    matches!(url.as_ref().and_then(Url::host), Some(url::Host::Ipv4(_)))
}
