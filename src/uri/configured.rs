//! Checks the URLs of authorization servers in the configuration.

use url::Url;

use crate::address::is_loopback_host;
use crate::config_error::{ConfigError, UrlError, redacted};

/// An issuer identifier is an `https` URL without query or fragment (RFC 8414 section 2).
pub(crate) fn check_issuer(name: &str) -> Result<(), ConfigError> {
    let fault = |reason| ConfigError::Issuer {
        value: redacted(name),
        reason,
    };
    let url = check_url(name).map_err(fault)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(fault(UrlError::QueryOrFragment));
    }
    Ok(())
}

/// A URL that may be fetched is `https`, or `http` on loopback.
pub(crate) fn check_url(address: &str) -> Result<Url, UrlError> {
    let url = Url::parse(address).map_err(|_| UrlError::Malformed)?;
    let host = url.host_str().ok_or(UrlError::Malformed)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UrlError::UserInfo);
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback_host(host) => Ok(url),
        _ => Err(UrlError::PlainHttp),
    }
}
