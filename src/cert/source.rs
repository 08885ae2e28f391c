//! The [`CertSource`] trait (RFC 9440 sections 2 and 4).

use std::fmt;
use std::sync::Arc;

use http::request::Parts;
use http::{HeaderMap, HeaderName};

use super::error::CertError;
use super::missing::MissingCertificate;
use super::presented::PresentedCert;
use super::rfc9440::{CLIENT_CERT, CLIENT_CERT_CHAIN};
use crate::header_alias::is_or_is_alias;

/// Returns the certificate that the client of a request presented.
///
/// # Implementing
///
/// *Security-critical:* returning a certificate whose key the client did not prove to hold: a stolen token is then
/// accepted with a copy of a public certificate. So is reading a header that untrusted peers can send.
///
/// *Availability only:* returning `None`, or an error, for a client that did present a certificate: its tokens are
/// refused.
///
/// ```
/// use http::request::Parts;
/// use sender_constraint::cert::{CertError, CertSource, PresentedCert};
///
/// /// The certificate that the TLS server of this process left in the extensions of each request.
/// #[derive(Clone, Debug)]
/// struct ClientCertificate(Vec<u8>);
///
/// #[derive(Debug)]
/// struct FromExtensions;
///
/// impl CertSource for FromExtensions {
///     fn certificate(&self, head: &Parts) -> Result<Option<PresentedCert>, CertError> {
///         let found = head.extensions.get::<ClientCertificate>();
///         Ok(found.map(|certificate| PresentedCert::from_der(&certificate.0)))
///     }
/// }
/// ```
pub trait CertSource: fmt::Debug + Send + Sync + 'static {
    /// Returns the certificate that the client of this request presented; `None` if it presented none.
    ///
    /// # Errors
    ///
    /// If the source of the certificate is malformed or untrusted; the request is answered with 400, or with 500 for
    /// [`CertError::UnknownPeer`].
    fn certificate(&self, head: &Parts) -> Result<Option<PresentedCert>, CertError>;

    /// Why [`CertSource::certificate`] returned `None` for this request, for the log. Called only when a token requires
    /// a certificate.
    fn explain_missing(&self, _head: &Parts) -> MissingCertificate {
        MissingCertificate::NotPresented
    }

    /// Where certificates are read, and the setting that governs it, for the log.
    fn describe(&self) -> Option<String> {
        None
    }

    /// Headers that carry certificates: the guard removes them before the inner service sees the request, whether or
    /// not they were used.
    fn headers(&self) -> &[HeaderName] {
        &[]
    }
}

impl<S: CertSource + ?Sized> CertSource for Arc<S> {
    fn certificate(&self, head: &Parts) -> Result<Option<PresentedCert>, CertError> {
        (**self).certificate(head)
    }

    fn explain_missing(&self, head: &Parts) -> MissingCertificate {
        (**self).explain_missing(head)
    }

    fn describe(&self) -> Option<String> {
        (**self).describe()
    }

    fn headers(&self) -> &[HeaderName] {
        (**self).headers()
    }
}

/// Removes certificate headers and their aliases from a request or a response: those of RFC 9440 regardless of
/// the configuration, and `names`.
pub(crate) fn remove_certificates(headers: &mut HeaderMap, names: &[HeaderName]) {
    let always = [CLIENT_CERT, CLIENT_CERT_CHAIN];
    let bit = |name: &str| 1_u64 << name.len().min(63);
    let names = || always.iter().chain(names).map(HeaderName::as_str);
    // Compared with every header of every request: most already differ in length.
    let lengths = names().fold(0, |lengths, name| lengths | bit(name));
    let is_one = |found: &&HeaderName| {
        let found = found.as_str();
        lengths & bit(found) != 0 && names().any(|name| is_or_is_alias(found, name))
    };
    let found: Vec<_> = headers.keys().filter(is_one).cloned().collect();
    for name in found {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fwd_08_a_name_with_underscores_has_aliases_too() {
        let mut headers = HeaderMap::new();
        for name in ["x-present", "x_present", "x.present", "xpresent"] {
            headers.append(name, http::HeaderValue::from_static("true"));
        }
        remove_certificates(&mut headers, &[HeaderName::from_static("x_present")]);
        let left: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        assert_eq!(left, ["xpresent"]);
    }

    #[test]
    fn fwd_08_removes_headers_and_their_aliases() {
        let mut headers = HeaderMap::new();
        for name in [
            "client-cert",
            "client_cert",
            "client_cert-chain",
            "x-ssl-client-cert",
            "x_ssl-client_cert",
            "x-ssl-client-cert-2",
            "x_other",
            // as long as `client-cert`
            "retry-after",
        ] {
            headers.append(name, http::HeaderValue::from_static("a"));
            headers.append(name, http::HeaderValue::from_static("b"));
        }
        remove_certificates(
            &mut headers,
            &[HeaderName::from_static("x-ssl-client-cert")],
        );
        let mut left: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        left.sort_unstable();
        assert_eq!(left, ["retry-after", "x-ssl-client-cert-2", "x_other"]);
    }
}
