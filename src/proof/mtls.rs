//! Mutual TLS (RFC 8705 section 3): the certificate that the client presented is the one that the token names.

use std::sync::Arc;

use http::HeaderName;
use http::request::Parts;

use super::rollover::{Holder, Rollovers};
use crate::cert::{CertError, CertSource, PresentedCert};
use crate::crypto::Digest;
use crate::time::Timestamp;

/// How client certificates are accepted: where they come from, and what is demanded of them.
///
/// ```
/// use sender_constraint::cert::TlsConnection;
/// use sender_constraint::proof::Mtls;
///
/// let mtls = Mtls::new(TlsConnection).refuse_expired_certificates();
/// # drop(mtls);
/// ```
///
/// By default only possession counts, as RFC 8705 has it: chains, revocation and dates are not checked here. Chains are
/// verified by `cert::ClientCertPolicy::verified_by`, or by the proxy.
#[derive(Clone, Debug)]
#[must_use]
pub struct Mtls {
    source: Arc<dyn CertSource>,
    keep_headers: bool,
    refuse_expired: bool,
}

impl Mtls {
    /// Takes certificates from `source`: the connection, or the header of a trusted proxy.
    pub fn new(source: impl CertSource) -> Self {
        Self {
            source: Arc::new(source),
            keep_headers: false,
            refuse_expired: false,
        }
    }

    /// Leaves headers with client certificates in the request for the inner service, which must not trust them:
    /// headers that the guard did not read are left as well.
    ///
    /// Only [`Access`](crate::Access) counts, with and without this setting. The guard never touches the body, and
    /// tonic merges the trailers of unary calls into their metadata, so an authorised client can show the inner service
    /// a certificate header of its choice.
    pub const fn keep_certificate_headers(mut self) -> Self {
        self.keep_headers = true;
        self
    }

    /// Refuses certificates outside their own dates, which RFC 8705 leaves open.
    ///
    /// Formats that forward a fingerprint do not contain the dates: such certificates are then refused too.
    pub const fn refuse_expired_certificates(mut self) -> Self {
        self.refuse_expired = true;
        self
    }

    /// The certificate that came with the request.
    pub(crate) fn read(&self, head: &Parts) -> Result<Option<PresentedCert>, CertError> {
        self.source.certificate(head)
    }

    /// The headers in which a certificate may come.
    pub(crate) fn headers(&self) -> &[HeaderName] {
        self.source.headers()
    }

    /// The headers that the inner service does not see.
    pub(crate) fn stripped_headers(&self) -> &[HeaderName] {
        if self.keep_headers {
            &[]
        } else {
            self.headers()
        }
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

    /// Whether the certificate is within its dates, if that is demanded.
    pub(crate) fn accepts_dates(&self, presented: &PresentedCert, now: Timestamp) -> bool {
        !self.refuse_expired || presented.is_valid_at(now)
    }
}

/// That the client presented a certificate which may use the token; only [`Mtls::verify`] makes one.
pub(crate) struct MtlsEvidence {
    pub(crate) x5t_s256: Digest,
    pub(crate) holder: Holder,
    _private: (),
}
