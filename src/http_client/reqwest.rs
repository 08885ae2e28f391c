//! The HTTP client for most services: reqwest, with the limits of [`HttpClient`].

use std::error::Error;
use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder};

use super::client::{HttpClient, HttpError, IncomingResponse, OutgoingRequest, UrlSource};
use crate::address::{ip_literal, is_loopback_host, is_private};
use crate::config_error::{ConfigError, redacted};
use crate::future::MaybeReady;

/// Follows no redirects; limits: 5 seconds, 1 MiB; TLS by rustls with the system's certificates.
///
/// Configured URLs are fetched through the proxy of the environment (`HTTPS_PROXY`), except for loopback; URLs that a
/// document names at another host are always fetched directly.
#[derive(Clone, Debug)]
pub struct ReqwestClient {
    /// For configured URLs, through the system's proxy if there is one.
    any: Client,
    /// For loopback: a proxy cannot reach it.
    loopback: Client,
    /// For URLs from documents: does not connect to names that resolve to private addresses.
    public: Client,
}

impl ReqwestClient {
    /// Creates a client that trusts the system's certificates.
    ///
    /// # Errors
    ///
    /// [`ConfigError::HttpClient`] if TLS cannot be set up.
    pub fn new() -> Result<Self, ConfigError> {
        Self::build(|builder| builder)
    }

    /// Creates a client that also trusts the certificates in `pem`, for a private authorization server.
    ///
    /// # Errors
    ///
    /// [`ConfigError::HttpClient`] if the PEM cannot be read or TLS cannot be set up.
    pub fn with_root_certificates(pem: &[u8]) -> Result<Self, ConfigError> {
        let roots = Certificate::from_pem_bundle(pem).map_err(unusable)?;
        if roots.is_empty() {
            return Err(ConfigError::HttpClient(
                "the PEM text has no certificate".to_owned(),
            ));
        }
        Self::build(|builder| builder.tls_certs_merge(roots.clone()))
    }

    fn build(trust: impl Fn(ClientBuilder) -> ClientBuilder) -> Result<Self, ConfigError> {
        let builder = || {
            trust(Client::builder())
                .redirect(Policy::none())
                .timeout(OutgoingRequest::TIMEOUT)
                .connect_timeout(OutgoingRequest::TIMEOUT)
                .user_agent(concat!("sender-constraint/", env!("CARGO_PKG_VERSION")))
        };
        Ok(Self {
            any: builder().build().map_err(unusable)?,
            loopback: builder().no_proxy().build().map_err(unusable)?,
            // A proxy would resolve names itself.
            public: builder()
                .no_proxy()
                .dns_resolver(PublicAddresses)
                .build()
                .map_err(unusable)?,
        })
    }

    async fn exchange(&self, request: &OutgoingRequest) -> Result<IncomingResponse, HttpError> {
        let url = &request.url;
        let client = match request.url_source {
            UrlSource::Configured if is_loopback(url) => &self.loopback,
            UrlSource::Configured => &self.any,
            UrlSource::Discovered => {
                refuse_private_literal(url)?;
                &self.public
            }
        };
        let failed = |error: reqwest::Error| HttpError::Failed {
            url: redacted(url),
            reason: reason(&error.without_url()),
        };
        let outgoing = client.request(request.method.clone(), url);
        let outgoing = outgoing
            .headers(request.headers.clone())
            .body(request.body.clone());
        let mut response = outgoing.send().await.map_err(failed)?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len().saturating_add(chunk.len()) > OutgoingRequest::MAX_RESPONSE_BYTES {
                return Err(HttpError::TooLarge(redacted(url)));
            }
            body.extend_from_slice(&chunk);
        }
        let headers = std::mem::take(response.headers_mut());
        Ok(IncomingResponse::new(response.status(), headers, body))
    }
}

impl HttpClient for ReqwestClient {
    fn send<'a>(
        &'a self,
        request: &'a OutgoingRequest,
    ) -> MaybeReady<'a, Result<IncomingResponse, HttpError>> {
        MaybeReady::pending(self.exchange(request))
    }
}

fn is_loopback(url: &str) -> bool {
    let url = url::Url::parse(url).ok();
    url.as_ref()
        .and_then(url::Url::host_str)
        .is_some_and(is_loopback_host)
}

/// Checks IP addresses in the URL itself, which bypass the resolver.
fn refuse_private_literal(url: &str) -> Result<(), HttpError> {
    let parsed = url::Url::parse(url).ok();
    let host = parsed.as_ref().and_then(url::Url::host_str);
    match host.and_then(ip_literal) {
        Some(address) if is_private(address) => Err(HttpError::PrivateAddress(redacted(url))),
        _ => Ok(()),
    }
}

/// Resolves names to public addresses only, at the time of connecting: a name cannot resolve differently between check
/// and use.
#[derive(Debug)]
struct PublicAddresses;

impl Resolve for PublicAddresses {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|each| !is_private(each.ip())).collect();
            if public.is_empty() {
                return Err(HttpError::PrivateAddress(name.as_str().to_owned()).into());
            }
            Ok::<Addrs, _>(Box::new(public.into_iter()))
        })
    }
}

fn unusable(error: reqwest::Error) -> ConfigError {
    ConfigError::HttpClient(reason(&error))
}

/// The innermost cause describes the failure; the outer ones only where it occurred.
fn reason(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
