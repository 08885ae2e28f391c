//! Constructors of [`Forwarded`] for each proxy or format.

use http::HeaderName;

use super::forwarded::Forwarded;
use super::header_format::HeaderFormat;
use super::rfc9440::CLIENT_CERT;
use super::trusted_peers::TrustedPeers;
use super::xfcc::Xfcc;
use crate::config_error::ConfigError;

/// Constructors for proxies with a fixed header.
impl Forwarded {
    /// `Client-Cert` (RFC 9440): any proxy that supports it; prefer this one where it is available.
    #[must_use]
    pub fn rfc9440(peers: TrustedPeers) -> Self {
        Self::of(HeaderFormat::Rfc9440, CLIENT_CERT, peers)
    }

    /// `X-Forwarded-Client-Cert` with one element, as Envoy and Istio set it with `SANITIZE_SET`.
    #[must_use]
    pub fn envoy_xfcc(peers: TrustedPeers) -> Self {
        Self::named(
            "x-forwarded-client-cert",
            HeaderFormat::Xfcc(Xfcc::new()),
            peers,
        )
    }

    /// `X-Amzn-Mtls-Clientcert-Leaf`: an AWS load balancer in verify mode.
    #[must_use]
    pub fn alb_verify(peers: TrustedPeers) -> Self {
        Self::named(
            "x-amzn-mtls-clientcert-leaf",
            HeaderFormat::PercentEncodedPem,
            peers,
        )
        .alb()
    }

    /// `X-Amzn-Mtls-Clientcert`: an AWS load balancer in passthrough mode.
    #[must_use]
    pub fn alb_passthrough(peers: TrustedPeers) -> Self {
        Self::named(
            "x-amzn-mtls-clientcert",
            HeaderFormat::PercentEncodedPemChain,
            peers,
        )
        .alb()
    }

    /// `X-ARR-ClientCert`: Azure App Service.
    #[must_use]
    pub fn azure_app_service(peers: TrustedPeers) -> Self {
        Self::named("x-arr-clientcert", HeaderFormat::DerBase64, peers)
    }

    /// `Cf-Client-Cert-Der-Base64`: Cloudflare.
    ///
    /// # Deployment
    ///
    /// Trust a tunnel, or an origin-pull certificate of your own zone. The published address ranges and the shared
    /// origin-pull certificate also serve every other customer.
    #[must_use]
    pub fn cloudflare(peers: TrustedPeers) -> Self {
        Self::named("cf-client-cert-der-base64", HeaderFormat::DerBase64, peers)
            .strip_header(HeaderName::from_static("cf-client-cert-sha256"))
    }

    /// `X-Forwarded-Tls-Client-Cert`: Traefik's middleware `passTLSClientCert` with `pem`.
    #[must_use]
    pub fn traefik(peers: TrustedPeers) -> Self {
        Self::named(
            "x-forwarded-tls-client-cert",
            HeaderFormat::DerBase64Chain,
            peers,
        )
        .strip_header(HeaderName::from_static("x-forwarded-tls-client-cert-info"))
    }

    fn named(header: &'static str, form: HeaderFormat, peers: TrustedPeers) -> Self {
        Self::of(form, HeaderName::from_static(header), peers)
    }

    fn alb(self) -> Self {
        ALB_HEADERS.iter().fold(self, |source, name| {
            source.strip_header(HeaderName::from_static(name))
        })
    }
}

/// Constructors for proxies whose header is configured; each refuses a name with `_`.
impl Forwarded {
    /// Percent-encoded PEM: nginx `$ssl_client_escaped_cert`, Azure Application Gateway.
    ///
    /// # Errors
    ///
    /// As for [`Forwarded::new`].
    pub fn percent_encoded_pem(
        header: HeaderName,
        peers: TrustedPeers,
    ) -> Result<Self, ConfigError> {
        Self::new(HeaderFormat::PercentEncodedPem, Some(header), peers)
    }

    /// PEM with spaces instead of line breaks: Apache `%{SSL_CLIENT_CERT}s`.
    ///
    /// # Errors
    ///
    /// As for [`Forwarded::new`].
    pub fn pem_spaces(header: HeaderName, peers: TrustedPeers) -> Result<Self, ConfigError> {
        Self::new(HeaderFormat::PemSpaces, Some(header), peers)
    }

    /// Base64 of the DER: HAProxy `%[ssl_c_der,base64]`, Caddy.
    ///
    /// # Errors
    ///
    /// As for [`Forwarded::new`].
    pub fn der_base64(header: HeaderName, peers: TrustedPeers) -> Result<Self, ConfigError> {
        Self::new(HeaderFormat::DerBase64, Some(header), peers)
    }

    /// SHA-256 in hexadecimal: Caddy `{http.request.tls.client.fingerprint}`, `Cf-Client-Cert-Sha256`.
    ///
    /// # Errors
    ///
    /// As for [`Forwarded::new`].
    pub fn sha256_hex(header: HeaderName, peers: TrustedPeers) -> Result<Self, ConfigError> {
        Self::new(HeaderFormat::Sha256Hex, Some(header), peers)
    }

    /// SHA-256 in base64: Google Cloud `{client_cert_sha256_fingerprint}`.
    ///
    /// # Errors
    ///
    /// As for [`Forwarded::new`].
    pub fn sha256_base64(header: HeaderName, peers: TrustedPeers) -> Result<Self, ConfigError> {
        Self::new(HeaderFormat::Sha256Base64, Some(header), peers)
    }
}

/// Other headers that the load balancer sets about the certificate.
const ALB_HEADERS: [&str; 6] = [
    "x-amzn-mtls-clientcert",
    "x-amzn-mtls-clientcert-issuer",
    "x-amzn-mtls-clientcert-leaf",
    "x-amzn-mtls-clientcert-serial-number",
    "x-amzn-mtls-clientcert-subject",
    "x-amzn-mtls-clientcert-validity",
];
