//! The handshake's requirements for a client's certificate: possession of its key (RFC 8705 section 6.2), or also a
//! chain to configured roots.

use std::fmt;
use std::sync::Arc;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{ClientCertVerifierBuilder, ParsedCertificate};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};

use crate::config_error::ConfigError;

/// Which certificates clients may present, and whether they must present one.
///
/// In every case, the client proves in the handshake that it holds the certificate's key: a client with a copied
/// certificate cannot connect. Certificates are X.509 version 3, of at most 16 KiB, with at most 10 intermediates.
#[derive(Clone)]
#[must_use]
pub struct ClientCertPolicy {
    chain: Option<Arc<dyn ClientCertVerifier>>,
    required: bool,
}

impl ClientCertPolicy {
    /// Accepts any certificate, or none: self-signed, expired, of any authority.
    ///
    /// This is enough for certificate-bound tokens, since the binding relies on the key alone (RFC 8705 section 6.2).
    /// The names in the certificate are not verified.
    pub const fn any() -> Self {
        Self {
            chain: None,
            required: false,
        }
    }

    /// Accepts certificates that chain to the roots of `verifier`, are within their validity period, and are for client
    /// authentication; or none.
    ///
    /// Only then does the connection have a [`VerifiedCert`](super::VerifiedCert). When a session is resumed, the
    /// certificate is verified again in full. `allow_unauthenticated` of the builder has no effect: see
    /// [`required`](Self::required).
    ///
    /// # Errors
    ///
    /// [`ConfigError::Tls`] if there are no roots, or a revocation list cannot be read.
    pub fn verified_by(verifier: ClientCertVerifierBuilder) -> Result<Self, ConfigError> {
        let chain = verifier
            .build()
            .map_err(|error| ConfigError::Tls(error.to_string()))?;
        Ok(Self {
            chain: Some(chain),
            required: false,
        })
    }

    /// Refuses clients without a certificate in the handshake. By default, only tokens decide whether a certificate is
    /// required.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Returns the verifier for a rustls configuration of your own, where [`MutualTls`](super::MutualTls) does not fit.
    #[must_use]
    pub fn verifier(&self, provider: &CryptoProvider) -> Arc<dyn ClientCertVerifier> {
        Arc::new(Verifier::new(self.clone(), provider))
    }
}

impl fmt::Debug for ClientCertPolicy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ClientCertPolicy")
            .field("chained", &self.chain.is_some())
            .field("required", &self.required)
            .finish()
    }
}

/// Requests a certificate, and always verifies the handshake's signature.
#[derive(Debug)]
pub(super) struct Verifier {
    clients: ClientCertPolicy,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Verifier {
    pub(super) const fn new(clients: ClientCertPolicy, provider: &CryptoProvider) -> Self {
        Self {
            clients,
            algorithms: provider.signature_verification_algorithms,
        }
    }

    /// Whether accepted certificates were also verified up to a root.
    pub(super) const fn is_chained(&self) -> bool {
        self.clients.chain.is_some()
    }
}

impl ClientCertVerifier for Verifier {
    fn client_auth_mandatory(&self) -> bool {
        self.clients.required
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        let chain = self.clients.chain.as_ref();
        chain.map_or(&[], |chain| chain.root_hint_subjects())
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        if end_entity.len() > MAX_CERTIFICATE_BYTES || intermediates.len() > MAX_INTERMEDIATES {
            return Err(CertificateError::ApplicationVerificationFailure.into());
        }
        match &self.clients.chain {
            Some(chain) => chain.verify_client_cert(end_entity, intermediates, now),
            None => ParsedCertificate::try_from(end_entity)
                .map(|_parsed| ClientCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

const MAX_CERTIFICATE_BYTES: usize = 16 * 1024;
const MAX_INTERMEDIATES: usize = 10;
