//! The gate's own certificate, which may be replaced while serving, and the handshake.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use sender_constraint::cert::{ClientCertPolicy, MutualTls, Peer};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::config::{ClientCertificates, Setting, SettingError, Tls};

/// Certificate and key of new connections.
pub(crate) struct ServerCertificate(RwLock<Arc<CertifiedKey>>);

impl ServerCertificate {
    pub(crate) fn read(settings: &Tls) -> Result<Arc<Self>, SettingError> {
        let key = certified(settings)?;
        Ok(Arc::new(Self(RwLock::new(Arc::new(key)))))
    }

    /// Reads the files again. Nothing changes if they are not usable.
    pub(crate) fn renew(&self, settings: &Tls) -> Result<(), SettingError> {
        let key = Arc::new(certified(settings)?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = key;
        Ok(())
    }
}

impl ResolvesServerCert for ServerCertificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let key = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&key))
    }
}

impl fmt::Debug for ServerCertificate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ServerCertificate")
    }
}

/// Performs handshakes.
#[derive(Clone)]
pub(crate) enum Handshakes {
    /// The handshake requests a certificate of the client.
    Mutual(MutualTls),
    /// It requests none.
    Server(TlsAcceptor),
}

impl Handshakes {
    /// TLS 1.2 and 1.3, with HTTP/2.
    pub(crate) fn new(
        settings: &Tls,
        certificate: Arc<ServerCertificate>,
    ) -> Result<Self, SettingError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(provider);
        let builder = builder.with_safe_default_protocol_versions();
        let builder = builder.map_err(|error| settings.certificate.refuse(error))?;
        if let Some(clients) = policy(settings)? {
            let tls = MutualTls::with_cert_resolver(builder, clients, certificate);
            return Ok(Self::Mutual(tls.http2()));
        }
        let mut tls = builder
            .with_no_client_auth()
            .with_cert_resolver(certificate);
        tls.alpn_protocols = vec![b"h2".into(), b"http/1.1".into()];
        Ok(Self::Server(TlsAcceptor::from(Arc::new(tls))))
    }

    pub(super) async fn accept(
        &self,
        tcp: TcpStream,
        peer: Peer,
    ) -> Result<(TlsStream<TcpStream>, Peer), String> {
        match self {
            Self::Mutual(tls) => {
                let accepted = tls.accept(tcp, peer).await;
                accepted.map_err(|error| error.to_string())
            }
            Self::Server(tls) => {
                let accepted = timeout(HANDSHAKE_TIME, tls.accept(tcp)).await;
                let accepted = accepted.map_err(|elapsed| elapsed.to_string())?;
                let stream = accepted.map_err(|error| error.to_string())?;
                Ok((stream, peer))
            }
        }
    }
}

fn policy(settings: &Tls) -> Result<Option<ClientCertPolicy>, SettingError> {
    let policy = match &settings.client_ca {
        // Possession of the key is all that a bound token requires (RFC 8705 section 6.2).
        None => ClientCertPolicy::any(),
        Some(file) => verified_by(file)?,
    };
    Ok(match settings.client_certificates {
        ClientCertificates::Off => None,
        ClientCertificates::Request => Some(policy),
        ClientCertificates::Require => Some(policy.required()),
    })
}

fn verified_by(file: &Setting<String>) -> Result<ClientCertPolicy, SettingError> {
    file.read(|path| {
        let mut roots = rustls::RootCertStore::empty();
        for authority in certificates(path)? {
            let added = roots.add(authority);
            added.map_err(|error| format!("{path:?}: {error}"))?;
        }
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        ClientCertPolicy::verified_by(verifier).map_err(|error| format!("{path:?}: {error}"))
    })
}

fn certified(settings: &Tls) -> Result<CertifiedKey, SettingError> {
    let chain = settings.certificate.read(|path| certificates(path))?;
    let key = settings.key.read(|path| {
        let key =
            PrivateKeyDer::from_pem_file(path).map_err(|error| format!("{path:?}: {error}"))?;
        let signer = aws_lc_rs::sign::any_supported_type(&key);
        signer.map_err(|error| format!("{path:?}: {error}"))
    })?;
    let certified = CertifiedKey::new(chain, key);
    match certified.keys_match() {
        Ok(()) => Ok(certified),
        Err(error) => Err(settings.key.refuse(format!(
            "{error}: expected the key of {:?}",
            settings.certificate.value
        ))),
    }
}

fn certificates(path: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let unread = |error| format!("{path:?}: {error}");
    let chain = CertificateDer::pem_file_iter(path).map_err(unread)?;
    let chain: Vec<_> = chain.collect::<Result<_, _>>().map_err(unread)?;
    if chain.is_empty() {
        return Err(format!("{path:?} has no certificate"));
    }
    Ok(chain)
}

const HANDSHAKE_TIME: Duration = Duration::from_secs(10);
