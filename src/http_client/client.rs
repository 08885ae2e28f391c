//! The [`HttpClient`] trait, and the limits that protect against a hostile response.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, CACHE_CONTROL};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::future::MaybeReady;
use crate::url_error::redacted;

/// Sends requests to authorization servers.
///
/// # Implementing
///
/// *Security-critical:* do not follow redirects to another origin; stop reading at
/// [`OutgoingRequest::MAX_RESPONSE_BYTES`]; give up after [`OutgoingRequest::TIMEOUT`]; verify the server's
/// certificate; for [`UrlSource::Discovered`] do not connect to private addresses; over plain `http` connect to
/// loopback for `localhost` and names below it, and to private addresses for other names. Omitting one of these exposes
/// the network of this service to an attacker who controls the metadata (RFC 9728 section 7.7), or the fetched keys to
/// an attacker in between.
///
/// ```
/// use http::{HeaderMap, StatusCode};
/// use sender_constraint::future::MaybeReady;
/// use sender_constraint::http_client::{HttpClient, HttpError, IncomingResponse, OutgoingRequest};
///
/// /// Key sets of a test, without a network.
/// #[derive(Debug)]
/// struct Canned(&'static str);
///
/// impl HttpClient for Canned {
///     fn send<'a>(
///         &'a self,
///         request: &'a OutgoingRequest,
///     ) -> MaybeReady<'a, Result<IncomingResponse, HttpError>> {
///         assert_eq!(request.url, "https://as.example.com/jwks");
///         let body = self.0.as_bytes().to_vec();
///         MaybeReady::ready(Ok(IncomingResponse::new(StatusCode::OK, HeaderMap::new(), body)))
///     }
/// }
/// ```
pub trait HttpClient: fmt::Debug + Send + Sync + 'static {
    /// Sends the request, and reads the whole response.
    fn send<'a>(
        &'a self,
        request: &'a OutgoingRequest,
    ) -> MaybeReady<'a, Result<IncomingResponse, HttpError>>;
}

impl<C: HttpClient + ?Sized> HttpClient for Arc<C> {
    fn send<'a>(
        &'a self,
        request: &'a OutgoingRequest,
    ) -> MaybeReady<'a, Result<IncomingResponse, HttpError>> {
        (**self).send(request)
    }
}

/// A request to an authorization server. `Debug` shows no headers and no body, which may contain credentials.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct OutgoingRequest {
    /// The method.
    pub method: Method,
    /// An absolute URL: `https`, or `http` on loopback or where a setting allows it.
    pub url: String,
    /// Where the URL comes from.
    pub url_source: UrlSource,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl OutgoingRequest {
    /// Larger responses are refused.
    pub const MAX_RESPONSE_BYTES: usize = 1024 * 1024;
    /// From the first byte sent to the last byte received.
    pub const TIMEOUT: Duration = Duration::from_secs(5);

    /// Creates a GET request for JSON.
    #[must_use]
    pub fn get(url: impl Into<String>, url_source: UrlSource) -> Self {
        let json = HeaderValue::from_static("application/json");
        Self {
            method: Method::GET,
            url: url.into(),
            url_source,
            headers: HeaderMap::from_iter([(ACCEPT, json)]),
            body: Vec::new(),
        }
    }
}

impl fmt::Debug for OutgoingRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("OutgoingRequest")
            .field("method", &self.method)
            .field("url", &redacted(&self.url))
            .field("url_source", &self.url_source)
            .finish_non_exhaustive()
    }
}

/// The source of a URL.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum UrlSource {
    /// The configuration, or a document from the same host: any address is allowed.
    Configured,
    /// A document from the network: private addresses are refused.
    Discovered,
}

/// A complete response. `Debug` shows no headers and no body, which may contain credentials.
#[derive(Clone)]
#[non_exhaustive]
pub struct IncomingResponse {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The bytes, at most [`OutgoingRequest::MAX_RESPONSE_BYTES`].
    pub body: Vec<u8>,
}

impl IncomingResponse {
    /// Creates a response with this status, headers and body.
    #[must_use]
    pub const fn new(status: StatusCode, headers: HeaderMap, body: Vec<u8>) -> Self {
        Self {
            status,
            headers,
            body,
        }
    }

    /// `max-age` of `Cache-Control`, if there is one.
    #[must_use]
    pub fn max_age(&self) -> Option<Duration> {
        let cache_control = self.headers.get(CACHE_CONTROL)?;
        max_age(cache_control.to_str().ok()?)
    }
}

impl fmt::Debug for IncomingResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("IncomingResponse")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// Why there is no response. `Display` shows URLs without user information and query.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// The connection failed, or the response was late or incomplete.
    #[error("{}: {reason}", redacted(url))]
    Failed {
        /// The URL.
        url: String,
        /// The cause.
        reason: String,
    },
    /// A private address that a discovered document named.
    #[error("{}: a private address is allowed in the configuration only, not in a discovered document", redacted(.0))]
    PrivateAddress(String),
    /// Plain `http`, and the host has no address in the private network.
    #[error("{}: plain http is accepted to private addresses only, not to public ones and instance metadata services", redacted(.0))]
    PublicAddress(String),
    /// The body exceeds the limit.
    #[error(
        "{}: the body exceeds the limit of {limit} bytes",
        redacted(.0),
        limit = OutgoingRequest::MAX_RESPONSE_BYTES
    )]
    TooLarge(String),
    /// The server's certificate is not from a trusted authority.
    #[error(
        "{}: the certificate authority of the server is not trusted: add its certificate with \
         `ReqwestClient::with_root_certificates`, or on Linux to the file that the environment variable \
         `SSL_CERT_FILE` names",
        redacted(.0)
    )]
    UntrustedCertificate(String),
}

impl HttpError {
    /// The text of the error of a request to `url`. A custom client may include the URL, query included, in its reason.
    pub(crate) fn redacted(&self, url: &str) -> String {
        self.to_string().replace(url, &redacted(url))
    }
}

/// RFC 9111 section 5.2.2.1; `no-store` and `no-cache` count as zero.
fn max_age(cache_control: &str) -> Option<Duration> {
    let directives = || cache_control.split(',').map(str::trim);
    let forbids = |directive: &str| {
        directive.eq_ignore_ascii_case("no-store") || directive.eq_ignore_ascii_case("no-cache")
    };
    if directives().any(forbids) {
        return Some(Duration::ZERO);
    }
    directives().find_map(|directive| {
        let (name, value) = directive.split_once('=')?;
        let seconds = name.eq_ignore_ascii_case("max-age").then_some(value)?;
        seconds
            .trim_matches('"')
            .parse()
            .ok()
            .map(Duration::from_secs)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_03_cache_control() {
        let seconds = |text| max_age(text).map(|age| age.as_secs());
        assert_eq!(seconds("public, max-age=3600"), Some(3600));
        assert_eq!(seconds("Max-Age=\"60\""), Some(60));
        assert_eq!(seconds("no-store"), Some(0));
        assert_eq!(seconds("max-age=3600, No-Cache"), Some(0));
        assert_eq!(seconds("public"), None);
        assert_eq!(seconds("max-age=-1"), None);
        assert_eq!(seconds("max-age=99999999999999999999999"), None);
        assert_eq!(seconds(""), None);
    }
}
