//! The TLS handshake with a client, and the resulting certificate (RFC 8705 section 3).

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{ResolvesServerCert, ServerConnection};
use rustls::{ConfigBuilder, HandshakeKind, ServerConfig, WantsVerifier};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::client_cert_policy::{ClientCertPolicy, Verifier};
use super::peer::Peer;
use super::presented::{PresentedCert, VerifiedCert};
use crate::config_error::{ConfigError, in_range};

/// The TLS configuration of a server that requests client certificates.
///
/// [`TlsListener`](super::TlsListener) uses it; call [`accept`](Self::accept) in accept loops of your own.
///
/// The certificate is read once for each connection: neither renegotiation nor post-handshake authentication is
/// supported, and early data is off. A resumed session has the certificate of its first handshake.
///
/// # Deployment
///
/// The crypto provider is that of `tls`, never that of the process. Sessions and tickets may be shared between
/// processes (with [`configure`](Self::configure)), but only with other `MutualTls`: a resumed session does not prove
/// possession again, so it is only as trustworthy as the verifier of its first handshake.
///
/// ```no_run
/// # async fn example(
/// #     chain: Vec<rustls::pki_types::CertificateDer<'static>>,
/// #     key: rustls::pki_types::PrivateKeyDer<'static>,
/// # ) -> Result<(), Box<dyn std::error::Error>> {
/// use std::sync::Arc;
///
/// use rustls::ServerConfig;
/// use rustls::crypto::aws_lc_rs::default_provider;
/// use sender_constraint::cert::{ClientCertPolicy, MutualTls, TlsListener};
///
/// let tls = ServerConfig::builder_with_provider(Arc::new(default_provider()));
/// let tls = tls.with_safe_default_protocol_versions()?;
/// let tls = MutualTls::new(tls, ClientCertPolicy::any(), chain, key)?.http2();
/// let tcp = tokio::net::TcpListener::bind("0.0.0.0:443").await?;
/// let listener = TlsListener::new(tcp, tls);
/// # drop(listener);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use]
pub struct MutualTls {
    config: Arc<ServerConfig>,
    verifier: Arc<Verifier>,
    handshake_timeout: Duration,
}

impl MutualTls {
    /// Uses one certificate chain and its key.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Tls`] if the key is malformed, or does not match the certificate.
    pub fn new(
        tls: ConfigBuilder<ServerConfig, WantsVerifier>,
        clients: ClientCertPolicy,
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, ConfigError> {
        let verifier = Arc::new(Verifier::new(clients, tls.crypto_provider()));
        let config = tls
            .with_client_cert_verifier(Arc::<Verifier>::clone(&verifier))
            .with_single_cert(chain, key)
            .map_err(|error| ConfigError::Tls(error.to_string()))?;
        Ok(Self::of(config, verifier))
    }

    /// Uses the certificates of `identity`, which may change while serving.
    pub fn with_cert_resolver(
        tls: ConfigBuilder<ServerConfig, WantsVerifier>,
        clients: ClientCertPolicy,
        identity: Arc<dyn ResolvesServerCert>,
    ) -> Self {
        let verifier = Arc::new(Verifier::new(clients, tls.crypto_provider()));
        let config = tls
            .with_client_cert_verifier(Arc::<Verifier>::clone(&verifier))
            .with_cert_resolver(identity);
        Self::of(config, verifier)
    }

    /// Offers HTTP/2 in addition to HTTP/1.1 (by ALPN). The HTTP server must support it: axum with its feature `http2`.
    pub fn http2(self) -> Self {
        self.configure(|config| config.alpn_protocols = vec![b"h2".into(), b"http/1.1".into()])
    }

    /// Sets how long a handshake may take (default 10 s).
    ///
    /// # Errors
    ///
    /// [`ConfigError::Duration`] outside 1 second to 2 minutes.
    pub fn handshake_timeout(mut self, limit: Duration) -> Result<Self, ConfigError> {
        self.handshake_timeout = in_range("handshake time", limit, MIN_TIME, MAX_TIME)?;
        Ok(self)
    }

    /// Changes other settings of rustls: session storage, tickets, ALPN, key log. Early data stays off.
    ///
    /// The client certificate verifier must not be changed: certificates are trusted to the extent that it verifies
    /// them.
    pub fn configure(mut self, change: impl FnOnce(&mut ServerConfig)) -> Self {
        let config = Arc::make_mut(&mut self.config);
        change(config);
        config.max_early_data_size = 0;
        self
    }

    /// Performs the handshake with a client, and adds the certificate that it presented to `peer`.
    ///
    /// # Errors
    ///
    /// [`HandshakeError`], and the connection is closed.
    pub async fn accept<IO>(
        &self,
        io: IO,
        peer: Peer,
    ) -> Result<(TlsStream<IO>, Peer), HandshakeError>
    where
        IO: AsyncRead + AsyncWrite + Unpin,
    {
        let handshake = TlsAcceptor::from(Arc::<ServerConfig>::clone(&self.config)).accept(io);
        let stream = tokio::time::timeout(self.handshake_timeout, handshake)
            .await
            .map_err(|_elapsed| HandshakeError::TimedOut(self.handshake_timeout))??;
        let (_, connection) = stream.get_ref();
        let peer = self.identify(connection, peer)?;
        Ok((stream, peer))
    }

    fn of(config: ServerConfig, verifier: Arc<Verifier>) -> Self {
        Self {
            config: Arc::new(config),
            verifier,
            handshake_timeout: DEFAULT_TIME,
        }
    }

    fn identify(&self, connection: &ServerConnection, peer: Peer) -> Result<Peer, HandshakeError> {
        let certificates = connection.peer_certificates().unwrap_or_default();
        let Some((leaf, intermediates)) = certificates.split_first() else {
            // The session may come from a configuration that required no certificate.
            return if self.verifier.client_auth_mandatory() {
                Err(HandshakeError::CertificateMissing)
            } else {
                Ok(peer)
            };
        };
        if !self.verifier.is_chained() {
            return Ok(peer.with_certificate(PresentedCert::from_der(leaf)));
        }
        // rustls verifies nothing on resumption: meanwhile the certificate may have expired or been revoked, or the
        // session may come from a configuration with other roots.
        if connection.handshake_kind() == Some(HandshakeKind::Resumed) {
            let time = self.config.time_provider.current_time();
            let now = time.ok_or(HandshakeError::NoTime)?;
            self.verifier
                .verify_client_cert(leaf, intermediates, now)
                .map_err(HandshakeError::CertificateRefused)?;
        }
        Ok(peer.with_verified_certificate(VerifiedCert::assertion(leaf)))
    }
}

impl fmt::Debug for MutualTls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MutualTls")
            .field("verifier", &self.verifier)
            .field("handshake_timeout", &self.handshake_timeout)
            .finish_non_exhaustive()
    }
}

/// Why a connection was not established.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HandshakeError {
    /// A certificate is required, and the resumed session has none.
    #[error("the resumed session has no client certificate, and one is required")]
    CertificateMissing,
    /// The certificate of a resumed session would no longer be accepted.
    #[error("the certificate of the resumed session is no longer accepted: {0}")]
    CertificateRefused(rustls::Error),
    /// The handshake failed, or the client disconnected.
    #[error("the TLS handshake failed: {0}")]
    Failed(#[from] io::Error),
    /// The configuration's time provider returned no time.
    #[error("the current time is unknown, so no certificate can be verified")]
    NoTime,
    /// The handshake exceeded its time limit.
    #[error(
        "the TLS handshake exceeded the limit of {0:?}; configure with `MutualTls::handshake_timeout`"
    )]
    TimedOut(Duration),
}

const DEFAULT_TIME: Duration = Duration::from_secs(10);
const MIN_TIME: Duration = Duration::from_secs(1);
const MAX_TIME: Duration = Duration::from_secs(120);
