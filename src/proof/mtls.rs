//! Mutual TLS (RFC 8705 section 3): the certificate that the client presented is the one that the token names.

use std::sync::Arc;

use http::HeaderName;
use http::request::Parts;

use super::succession::{Holder, Successions};
use crate::cert::{CertError, CertSource, PresentedCert};
use crate::crypto::Digest;
use crate::time::Timestamp;

/// Where client certificates come from.
#[derive(Clone, Debug)]
pub(crate) struct Mtls(Arc<dyn CertSource>);

impl Mtls {
    pub(crate) fn new(source: impl CertSource) -> Self {
        Self(Arc::new(source))
    }

    /// The certificate that came with the request.
    pub(crate) fn read(&self, head: &Parts) -> Result<Option<PresentedCert>, CertError> {
        self.0.certificate(head)
    }

    /// Headers that no service behind may see.
    pub(crate) fn headers(&self) -> &[HeaderName] {
        self.0.headers()
    }
}

/// That the client presented a certificate which may use the token; only [`Self::of`] makes one.
pub(crate) struct MtlsEvidence {
    pub(crate) x5t_s256: Digest,
    pub(crate) holder: Holder,
    _made_here: (),
}

impl MtlsEvidence {
    /// Compares `x5t#S256` with the certificate; `None` if they differ and no succession is declared.
    pub(crate) fn of(
        presented: &PresentedCert,
        bound: &Digest,
        successions: &Successions,
        now: Timestamp,
    ) -> Option<Self> {
        let x5t_s256 = *presented.thumbprint();
        let holder = successions.holder(bound, &x5t_s256, now)?;
        Some(Self {
            x5t_s256,
            holder,
            _made_here: (),
        })
    }
}
