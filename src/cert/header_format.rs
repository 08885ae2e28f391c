//! How a proxy writes the client's certificate into a header: one configured format, never guessed.

use http::HeaderName;

use super::error::CertError;
use super::presented::PresentedCert;
use super::rfc9440::CLIENT_CERT;
use super::xfcc::Xfcc;
use super::{der, fingerprint, pem, rfc9440};

/// The format of a forwarded certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum HeaderFormat {
    /// Base64 of the DER: HAProxy `%[ssl_c_der,base64]`, Caddy `{http.request.tls.client.certificate_der_base64}`,
    /// Azure App Service, Cloudflare.
    DerBase64,
    /// The same for the whole chain, joined with commas, client first: Traefik. The proxy must replace the header: one
    /// that it merged with the client's would look like a chain.
    DerBase64Chain,
    /// The same between double quotes: HAProxy `%{+Q}[ssl_c_der,base64]`, as in OpenShift.
    DerBase64Quoted,
    /// Percent-encoded PEM: nginx `$ssl_client_escaped_cert`, AWS load balancers in verify mode.
    PercentEncodedPem,
    /// The same for the whole chain, client first: AWS load balancers in passthrough mode.
    PercentEncodedPemChain,
    /// PEM with spaces instead of line breaks: Apache `%{SSL_CLIENT_CERT}s`.
    PemSpaces,
    /// A structured field with a Byte Sequence (RFC 9440).
    Rfc9440,
    /// SHA-256 in base64 of the standard alphabet: Google Cloud `{client_cert_sha256_fingerprint}`.
    Sha256Base64,
    /// SHA-256 in hexadecimal: Cloudflare, Caddy `{http.request.tls.client.fingerprint}`.
    Sha256Hex,
    /// `X-Forwarded-Client-Cert` of Envoy and Istio.
    Xfcc(Xfcc),
}

impl HeaderFormat {
    pub(super) const fn usual_header(self) -> Option<HeaderName> {
        match self {
            Self::Rfc9440 => Some(CLIENT_CERT),
            Self::Xfcc(_) => Some(X_FORWARDED_CLIENT_CERT),
            _ => None,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::DerBase64 => "base64 of DER",
            Self::DerBase64Chain => "base64 of DER joined with commas",
            Self::DerBase64Quoted => "quoted base64 of DER",
            Self::PercentEncodedPem => "percent-encoded PEM",
            Self::PercentEncodedPemChain => "percent-encoded PEM of a chain",
            Self::PemSpaces => "PEM with spaces",
            Self::Rfc9440 => "RFC 9440 bytes",
            Self::Sha256Base64 => "SHA-256 in base64",
            Self::Sha256Hex => "SHA-256 in hexadecimal",
            Self::Xfcc(_) => "X-Forwarded-Client-Cert",
        }
    }

    /// Parses the value. Returns `None` only for what proxies write for a client without a certificate; any other
    /// malformed value is an error.
    pub(super) fn read(self, value: &[u8]) -> Result<Option<PresentedCert>, CertError> {
        let value = value.trim_ascii();
        if NO_CERTIFICATE.contains(&value) {
            return Ok(None);
        }
        let certificate = match self {
            Self::DerBase64 => der::base64(value),
            Self::DerBase64Chain => der::base64_chain(value),
            Self::DerBase64Quoted => return der::quoted_base64(value),
            Self::PercentEncodedPem => pem::percent(value),
            Self::PercentEncodedPemChain => pem::percent_chain(value),
            Self::PemSpaces => pem::spaces(value),
            Self::Rfc9440 => rfc9440::item(value),
            Self::Sha256Base64 => fingerprint::base64(value),
            Self::Sha256Hex => fingerprint::hex(value),
            Self::Xfcc(xfcc) => return xfcc.read(value),
        };
        certificate.map(Some)
    }
}

/// An empty value; Apache's value; the placeholders that Caddy leaves unexpanded.
const NO_CERTIFICATE: [&[u8]; 4] = [
    b"",
    b"(null)",
    b"{http.request.tls.client.certificate_der_base64}",
    b"{http.request.tls.client.fingerprint}",
];
const X_FORWARDED_CLIENT_CERT: HeaderName = HeaderName::from_static("x-forwarded-client-cert");
