//! How a proxy writes the client's certificate into a header: one configured format, never guessed.

use std::str::FromStr;

use http::HeaderName;

use super::error::CertError;
use super::presented::PresentedCert;
use super::rfc9440::CLIENT_CERT;
use super::xfcc::Xfcc;
use super::{der, fingerprint, pem, rfc9440};
use crate::config_error::ConfigError;

/// The format of a forwarded certificate.
///
/// ```
/// use sender_constraint::cert::HeaderFormat;
///
/// let format: HeaderFormat = HeaderFormat::Rfc9440.name().parse()?;
/// assert_eq!(format, HeaderFormat::Rfc9440);
/// # Ok::<(), sender_constraint::ConfigError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(test, derive(strum::EnumCount))]
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
    /// All formats; XFCC with one element.
    pub const ALL: [Self; 10] = [
        Self::DerBase64,
        Self::DerBase64Chain,
        Self::DerBase64Quoted,
        Self::PercentEncodedPem,
        Self::PercentEncodedPemChain,
        Self::PemSpaces,
        Self::Rfc9440,
        Self::Sha256Base64,
        Self::Sha256Hex,
        Self::Xfcc(Xfcc::new()),
    ];

    pub(super) const fn usual_header(self) -> Option<HeaderName> {
        match self {
            Self::Rfc9440 => Some(CLIENT_CERT),
            Self::Xfcc(_) => Some(X_FORWARDED_CLIENT_CERT),
            _ => None,
        }
    }

    /// The name by which a format is configured.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DerBase64 => "der-base64",
            Self::DerBase64Chain => "der-base64-chain",
            Self::DerBase64Quoted => "der-base64-quoted",
            Self::PercentEncodedPem => "pem-percent",
            Self::PercentEncodedPemChain => "pem-percent-chain",
            Self::PemSpaces => "pem-spaces",
            Self::Rfc9440 => "rfc9440",
            Self::Sha256Base64 => "sha256-base64",
            Self::Sha256Hex => "sha256-hex",
            Self::Xfcc(_) => "xfcc",
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

/// Reads the [`name`](HeaderFormat::name), for a command line or a configuration file.
///
/// ```
/// use sender_constraint::cert::HeaderFormat;
///
/// assert_eq!("rfc9440".parse(), Ok(HeaderFormat::Rfc9440));
/// assert!("pkcs7".parse::<HeaderFormat>().is_err());
/// ```
impl FromStr for HeaderFormat {
    type Err = ConfigError;

    fn from_str(name: &str) -> Result<Self, ConfigError> {
        let mut formats = Self::ALL.into_iter();
        formats
            .find(|format| format.name() == name)
            .ok_or_else(|| ConfigError::UnknownHeaderFormat(name.to_owned()))
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

#[cfg(test)]
mod tests {
    use strum::EnumCount as _;

    use super::*;

    #[test]
    fn all_has_every_format_under_a_name_of_its_own() {
        assert_eq!(HeaderFormat::ALL.len(), HeaderFormat::COUNT);
        for format in HeaderFormat::ALL {
            assert_eq!(format.name().parse(), Ok(format));
        }
    }
}
