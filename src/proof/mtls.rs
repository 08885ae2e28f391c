//! Mutual TLS (RFC 8705 section 3): compares the certificate that the client presented with the token's `x5t#S256`.

use std::sync::Arc;

use http::HeaderName;
use http::request::Parts;

use super::rollover::{Holder, Rollovers};
use crate::cert::{CertError, CertSource, MissingCertificate, PresentedCert};
use crate::crypto::Digest;
use crate::time::Timestamp;

/// The source of client certificates, and the requirements for them.
///
/// ```
/// use sender_constraint::cert::TlsConnection;
/// use sender_constraint::proof::Mtls;
///
/// let mtls = Mtls::new(TlsConnection).refuse_expired_certificates();
/// # drop(mtls);
/// ```
///
/// By default only possession of the key counts, as in RFC 8705: chains, revocation and validity dates are not checked
/// here. `cert::ClientCertPolicy::verified_by` or the proxy verifies chains.
#[derive(Clone, Debug)]
#[must_use]
pub struct Mtls {
    source: Arc<dyn CertSource>,
    keep_headers: bool,
    refuse_expired: bool,
}

impl Mtls {
    /// Reads certificates from `source`: the connection, or the header of a trusted proxy.
    pub fn new(source: impl CertSource) -> Self {
        Self {
            source: Arc::new(source),
            keep_headers: false,
            refuse_expired: false,
        }
    }

    /// Leaves headers with client certificates in the request for the inner service, which must not trust them: headers
    /// that the guard did not read also remain.
    ///
    /// Trust only [`Access`](crate::Access), with or without this setting. The guard never touches the body, and tonic
    /// merges the trailers of unary calls into their metadata, so an authorised client can present the inner service
    /// with a certificate header of its choice.
    pub const fn keep_certificate_headers(mut self) -> Self {
        self.keep_headers = true;
        self
    }

    /// Refuses certificates outside their validity period, which RFC 8705 does not require.
    ///
    /// Formats that forward only a fingerprint do not contain the validity period: such certificates are then refused
    /// too.
    pub const fn refuse_expired_certificates(mut self) -> Self {
        self.refuse_expired = true;
        self
    }

    /// The certificate that was presented with the request.
    pub(crate) fn read(&self, head: &Parts) -> Result<Option<PresentedCert>, CertError> {
        self.source.certificate(head)
    }

    /// Where certificates are read.
    pub(crate) fn describe(&self) -> Option<String> {
        self.source.describe()
    }

    /// Why a request has no certificate.
    pub(crate) fn explain_missing(&self, head: &Parts) -> MissingCertificate {
        self.source.explain_missing(head)
    }

    /// The headers that may carry a certificate; none without mutual TLS.
    pub(crate) fn headers_of(mtls: Option<&Self>) -> &[HeaderName] {
        mtls.map_or(&[], |mtls| mtls.source.headers())
    }

    /// Whether the inner service sees headers with certificates.
    pub(crate) const fn keeps_headers(&self) -> bool {
        self.keep_headers
    }

    /// Compares `x5t#S256` with the certificate; `None` if they differ and no rollover is allowed.
    pub(crate) fn verify(
        &self,
        presented: &PresentedCert,
        bound: &Digest,
        rollovers: &Rollovers,
        now: Timestamp,
    ) -> Option<MtlsEvidence> {
        let x5t_s256 = *presented.thumbprint();
        let holder = rollovers.holder(bound, &x5t_s256, now)?;
        Some(MtlsEvidence {
            x5t_s256,
            holder,
            _private: (),
        })
    }

    /// Whether the certificate is within its validity period, if that is required.
    pub(crate) fn accepts_dates(&self, presented: &PresentedCert, now: Timestamp) -> bool {
        !self.refuse_expired || presented.is_valid_at(now)
    }
}

/// Evidence that the client presented a certificate that may use the token. Only [`Mtls::verify`] creates one.
pub(crate) struct MtlsEvidence {
    pub(crate) x5t_s256: Digest,
    pub(crate) holder: Holder,
    _private: (),
}
