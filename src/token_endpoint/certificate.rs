//! Authenticates clients by their certificates (RFC 8705 section 2).

use http::request::Parts;

use super::certificate_name::CertificateName;
use super::client::Client;
use super::error::ClientAuthError;
use super::registered_certificates::RegisteredCertificates;
use crate::cert::{CertError, CertSource, Peer, PresentedCert, VerifiedCert};
use crate::excerpt::Excerpt;
use crate::time::Timestamp;

/// The certificate of a request.
pub(super) struct Certificate<'a> {
    head: &'a Parts,
    presented: Option<PresentedCert>,
}

impl<'a> Certificate<'a> {
    /// The certificate of a request that nothing else can authenticate.
    pub(super) fn required(
        source: &dyn CertSource,
        head: &'a Parts,
    ) -> Result<Self, ClientAuthError> {
        let presented = source.certificate(head)?;
        Ok(Self { head, presented })
    }

    /// The certificate of a request with other credentials, so that the client's tokens are bound to it. Such clients
    /// may use a listener that does not insert a `Peer`.
    pub(super) fn optional(
        source: &dyn CertSource,
        head: &'a Parts,
    ) -> Result<Self, ClientAuthError> {
        let presented = match source.certificate(head) {
            Err(CertError::UnknownPeer) => None,
            presented => presented?,
        };
        Ok(Self { head, presented })
    }

    pub(super) fn into_presented(self) -> Option<PresentedCert> {
        self.presented
    }

    /// RFC 8705 section 2.1: the chain was verified, and the certificate has the registered name.
    pub(super) fn check_name(
        &self,
        client: &Client,
        name: &CertificateName,
        now: Timestamp,
    ) -> Result<(), ClientAuthError> {
        let client_id = || Excerpt::new(client.id());
        let presented = self.presented(client)?;
        let verified = self.verified(presented);
        let verified = verified.ok_or_else(|| ClientAuthError::CertificateNotVerified {
            client_id: client_id(),
        })?;
        if !presented.is_valid_at(now) {
            return Err(ClientAuthError::CertificateExpired);
        }
        let names = verified.names();
        if name.is_among(&names.ok_or(ClientAuthError::CertificateMalformed)?) {
            return Ok(());
        }
        Err(ClientAuthError::CertificateName {
            client_id: client_id(),
        })
    }

    /// RFC 8705 section 2.2: the certificate is a registered one.
    pub(super) fn check_registered(
        &self,
        client: &Client,
        certificates: &RegisteredCertificates,
    ) -> Result<(), ClientAuthError> {
        let thumbprint = *self.presented(client)?.thumbprint();
        if certificates.contain(&thumbprint) {
            return Ok(());
        }
        Err(ClientAuthError::CertificateUnregistered {
            client_id: Excerpt::new(client.id()),
            thumbprint,
        })
    }

    fn presented(&self, client: &Client) -> Result<&PresentedCert, ClientAuthError> {
        let missing = || ClientAuthError::CertificateMissing {
            client_id: Excerpt::new(client.id()),
            registered: client.method(),
        };
        self.presented.as_ref().ok_or_else(missing)
    }

    /// The same certificate, if the handshake of this connection verified it. Behind a proxy, the connection's
    /// certificate is the proxy's: another one.
    fn verified(&self, presented: &PresentedCert) -> Option<VerifiedCert> {
        let peer = Peer::from_extensions(&self.head.extensions)?;
        let verified = peer.verified_certificate().cloned();
        verified.filter(|verified| verified.presented() == presented)
    }
}
