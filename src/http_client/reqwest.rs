//! The HTTP client for most services: reqwest, with the limits of [`HttpClient`].

use std::error::Error;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder, Identity};

use super::client::{HttpClient, HttpError, IncomingResponse, OutgoingRequest, UrlSource};
use super::resolvers::{LocalAddresses, Loopback, PublicAddresses};
use crate::address::{ip_literal, is_local, is_loopback_host, is_private};
use crate::config_error::ConfigError;
use crate::future::MaybeReady;
use crate::url_error::redacted;

/// Follows no redirects; limits: 5 seconds, 1 MiB; TLS by rustls with the system's certificates.
///
/// Configured `https` URLs are fetched through the proxy of the environment (`HTTPS_PROXY`), except for loopback; plain
/// `http`, and URLs that a document names at another host, are always fetched directly. `localhost` and the names below
/// it are loopback without a look-up (RFC 6761 section 6.3). Over plain `http`, other hosts must have a private
/// address.
///
/// ```
/// use sender_constraint::ConfigError;
/// use sender_constraint::http_client::ReqwestClient;
/// use sender_constraint::keys::RemoteKeys;
///
/// async fn keys() -> Result<RemoteKeys, ConfigError> {
///     let client = ReqwestClient::new()?;
///     RemoteKeys::for_issuer("https://as.example.com", client).fetch().await
/// }
/// # drop(keys);
/// ```
#[derive(Clone, Debug)]
pub struct ReqwestClient {
    trust: Trust,
    /// For configured URLs, through the system's proxy if there is one.
    any: Client,
    /// For plain http beyond loopback: does not connect to names that resolve to public addresses.
    local: Client,
    /// For loopback: a proxy cannot reach it, and a name server must not answer for it.
    loopback: Client,
    /// For URLs from documents: does not connect to names that resolve to private addresses.
    public: Client,
}

/// Certificates of the configuration. Its `Debug` shows no certificate and no key.
#[derive(Clone, Debug, Default)]
struct Trust {
    /// Trusted besides those of the system.
    roots: Vec<Certificate>,
    /// The certificate of this server and its key.
    identity: Option<Identity>,
}

impl ReqwestClient {
    /// Creates a client that trusts the system's certificates.
    ///
    /// # Errors
    ///
    /// [`ConfigError::HttpClient`] if TLS cannot be set up.
    pub fn new() -> Result<Self, ConfigError> {
        Self::build(Trust::default())
    }

    /// Creates a client that also trusts the certificates in `pem`, for an authorization server with a certificate of a
    /// private authority.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use sender_constraint::http_client::ReqwestClient;
    /// use sender_constraint::keys::RemoteKeys;
    ///
    /// let pem = std::fs::read("/etc/ssl/private-authority.pem")?;
    /// let client = ReqwestClient::with_root_certificates(&pem)?;
    /// let keys = RemoteKeys::for_issuer("https://as.internal", client).fetch().await?;
    /// # drop(keys);
    /// # Ok(())
    /// # }
    /// ```
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
        Self::build(Trust {
            roots,
            identity: None,
        })
    }

    /// Presents a client certificate to every server that requests one, for
    /// [`TlsClientAuth`](crate::client_auth::TlsClientAuth). Use a client of its own for that authorization server.
    ///
    /// `chain` has the certificate, then the intermediate ones; `key` is its private key. Both are PEM.
    ///
    /// # Errors
    ///
    /// [`ConfigError::HttpClient`] if the PEM cannot be read, if the key does not match the certificate, or if TLS
    /// cannot be set up.
    pub fn with_client_certificate(self, chain: &[u8], key: &[u8]) -> Result<Self, ConfigError> {
        let pem = [chain, b"\n", key].concat();
        let identity = Identity::from_pem(&pem).map_err(unusable)?;
        Self::build(Trust {
            identity: Some(identity),
            ..self.trust
        })
    }

    fn build(trust: Trust) -> Result<Self, ConfigError> {
        let builder = || {
            trust
                .apply(Client::builder())
                .redirect(Policy::none())
                .timeout(OutgoingRequest::TIMEOUT)
                .connect_timeout(OutgoingRequest::TIMEOUT)
                .user_agent(concat!("sender-constraint/", env!("CARGO_PKG_VERSION")))
        };
        Ok(Self {
            any: builder().build().map_err(unusable)?,
            local: builder()
                .no_proxy()
                .dns_resolver(LocalAddresses)
                .build()
                .map_err(unusable)?,
            loopback: builder()
                .no_proxy()
                .dns_resolver(Loopback)
                .build()
                .map_err(unusable)?,
            // A proxy would resolve names itself.
            public: builder()
                .no_proxy()
                .dns_resolver(PublicAddresses)
                .build()
                .map_err(unusable)?,
            trust,
        })
    }

    /// The client that may connect to the URL.
    fn client(&self, request: &OutgoingRequest) -> Result<&Client, HttpError> {
        let parsed = url::Url::parse(&request.url).ok();
        let host = parsed.as_ref().and_then(url::Url::host_str);
        let is_plain = parsed.as_ref().is_some_and(|url| url.scheme() == "http");
        // Addresses in the URL itself bypass the resolver.
        let literal = host.and_then(ip_literal);
        match request.url_source {
            UrlSource::Configured if host.is_some_and(is_loopback_host) => Ok(&self.loopback),
            UrlSource::Configured if !is_plain => Ok(&self.any),
            UrlSource::Configured => match literal {
                Some(address) if !is_local(address) => {
                    Err(HttpError::PublicAddress(redacted(&request.url)))
                }
                _ => Ok(&self.local),
            },
            UrlSource::Discovered => match literal {
                Some(address) if is_private(address) => {
                    Err(HttpError::PrivateAddress(redacted(&request.url)))
                }
                _ => Ok(&self.public),
            },
        }
    }

    async fn exchange(&self, request: &OutgoingRequest) -> Result<IncomingResponse, HttpError> {
        let url = &request.url;
        let client = self.client(request)?;
        let failed = |error: reqwest::Error| failure(url, &error.without_url());
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

impl Trust {
    fn apply(&self, mut builder: ClientBuilder) -> ClientBuilder {
        if !self.roots.is_empty() {
            builder = builder.tls_certs_merge(self.roots.clone());
        }
        match &self.identity {
            Some(identity) => builder.identity(identity.clone()),
            None => builder,
        }
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

fn failure(url: &str, error: &reqwest::Error) -> HttpError {
    let (url, reason) = (redacted(url), reason(error));
    // The name of rustls for a certificate whose issuer, an authority, it does not know.
    if reason.contains("UnknownIssuer") {
        return HttpError::UntrustedCertificate(url);
    }
    HttpError::Failed { url, reason }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen<'a>(client: &'a ReqwestClient, url: &str) -> Result<&'a Client, HttpError> {
        client.client(&OutgoingRequest::get(url, UrlSource::Configured))
    }

    #[test]
    fn key_09_plain_http_uses_a_client_for_private_addresses() {
        let client = ReqwestClient::new().expect("a client");
        for (url, expected) in [
            ("https://as.example.com/jwks", &client.any),
            ("https://1.1.1.1/jwks", &client.any),
            ("http://localhost:8080/jwks", &client.loopback),
            ("https://api.localhost/jwks", &client.loopback),
            ("http://[::1]/jwks", &client.loopback),
            ("http://keycloak:8080/jwks", &client.local),
            ("http://localhost.evil.test/jwks", &client.local),
            ("http://localhost./jwks", &client.local),
            ("http://10.0.0.1/jwks", &client.local),
        ] {
            let chosen = chosen(&client, url).expect(url);
            assert!(std::ptr::eq(chosen, expected), "{url}");
        }
        for url in [
            "http://1.1.1.1/jwks",
            "http://16843009/jwks",
            "http://[::ffff:1.1.1.1]/jwks",
            "http://169.254.169.254/latest",
            "http://[fd00:ec2::254]/latest",
        ] {
            let error = chosen(&client, url).expect_err(url);
            assert_eq!(error, HttpError::PublicAddress(url.to_owned()));
        }
    }
}
