//! TLS servers and clients whose certificates are minted here.
#![allow(dead_code, unreachable_pub, reason = "each test takes what it needs")]

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use http::StatusCode;
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::client::{ResolvesClientCert, WebPkiServerVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use rustls::{
    ClientConfig, HandshakeKind, RootCertStore, ServerConfig, SignatureScheme,
    SupportedProtocolVersion,
};
use sender_constraint::Digest;
use sender_constraint::cert::{
    CertSource, ClientCertPolicy, MutualTls, Peer, TlsConnection, TlsListener, VerifiedCert,
};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

pub const VERSIONS: [&SupportedProtocolVersion; 2] =
    [&rustls::version::TLS12, &rustls::version::TLS13];

pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// A certificate and a key, which need not be its own.
#[derive(Clone, Debug)]
pub struct Identity {
    pub certificate: CertificateDer<'static>,
    pub key: Arc<PrivateKeyDer<'static>>,
    /// Sent along by clients.
    pub intermediates: Vec<CertificateDer<'static>>,
}

impl Identity {
    pub fn self_signed() -> Self {
        Self::of(&params())
    }

    /// Self-signed by its own key, as the parameters say.
    pub fn of(params: &CertificateParams) -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap().der().clone();
        Self::new(certificate, key)
    }

    pub fn new(certificate: CertificateDer<'static>, key: KeyPair) -> Self {
        Self {
            certificate,
            key: Arc::new(key.into()),
            intermediates: Vec::new(),
        }
    }

    /// The certificate of `self` with the key of `thief`.
    pub fn copied_by(&self, thief: &Self) -> Self {
        Self {
            certificate: self.certificate.clone(),
            key: Arc::clone(&thief.key),
            intermediates: Vec::new(),
        }
    }

    pub fn thumbprint(&self) -> String {
        Digest::sha256(&self.certificate).to_string()
    }
}

/// Signs certificates of clients.
pub struct Authority {
    pub certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = params();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(DnType::CommonName, "authority");
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap().der().clone();
        let issuer = Issuer::new(params, key);
        Self {
            certificate,
            issuer,
        }
    }

    pub fn issue(&self, params: &CertificateParams) -> Identity {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Identity::new(certificate.der().clone(), key)
    }

    pub fn clients(&self) -> ClientCertPolicy {
        let verifier = rustls::server::WebPkiClientVerifier::builder_with_provider(
            roots(&self.certificate),
            provider(),
        );
        ClientCertPolicy::verified_by(verifier).unwrap()
    }
}

pub fn params() -> CertificateParams {
    CertificateParams::new(["localhost".to_owned()]).unwrap()
}

pub fn expired() -> CertificateParams {
    let mut params = params();
    params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    params
}

pub fn roots(certificate: &CertificateDer<'static>) -> Arc<RootCertStore> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    Arc::new(roots)
}

/// A TLS set-up that serves as `server`, with HTTP/1.1 and HTTP/2.
pub fn mutual_tls(server: &Identity, clients: ClientCertPolicy) -> MutualTls {
    let tls = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&VERSIONS)
        .unwrap();
    let chain = vec![server.certificate.clone()];
    MutualTls::new(tls, clients, chain, server.key.clone_key())
        .unwrap()
        .http2()
}

/// Tells each client what [`TlsConnection`] and [`Peer`] say of it.
pub async fn whoami(request: Request) -> (StatusCode, String) {
    let (head, _) = request.into_parts();
    match TlsConnection.certificate(&head) {
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
        Ok(certificate) => {
            let thumbprint = certificate.map(|certificate| certificate.thumbprint().to_string());
            let by_axum = head
                .extensions
                .get()
                .map(|ConnectInfo(peer): &ConnectInfo<Peer>| peer);
            let peer = by_axum.or_else(|| head.extensions.get()).unwrap();
            let of_leaf = |verified: &&VerifiedCert| {
                Digest::sha256(verified.der()) == *verified.presented().thumbprint()
            };
            let verified = peer.verified_certificate().filter(of_leaf);
            let verified = verified.map_or("", |_| " verified");
            let thumbprint = thumbprint.unwrap_or_else(|| "none".into());
            (StatusCode::OK, format!("{thumbprint}{verified}"))
        }
    }
}

pub async fn listen() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}

/// Serves [`whoami`] by axum until the runtime ends.
pub async fn serve(tls: MutualTls) -> SocketAddr {
    serve_on(TlsListener::new(listen().await, tls))
}

pub fn serve_on(listener: TlsListener) -> SocketAddr {
    let address = listener.local_addr().unwrap();
    let app = Router::new().fallback(whoami);
    let service = app.into_make_service_with_connect_info::<Peer>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    address
}

/// A client that knows `server`, and presents whatever `identity` is.
pub fn client(
    server: &Identity,
    version: &'static SupportedProtocolVersion,
    identity: Option<&Identity>,
) -> ClientConfig {
    let provider = provider();
    let verifier = WebPkiServerVerifier::builder_with_provider(
        roots(&server.certificate),
        Arc::clone(&provider),
    );
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_webpki_verifier(verifier.build().unwrap());
    match identity {
        None => builder.with_no_client_auth(),
        Some(identity) => {
            let key = provider
                .key_provider
                .load_private_key(identity.key.clone_key());
            let mut chain = vec![identity.certificate.clone()];
            chain.extend(identity.intermediates.clone());
            let presents = CertifiedKey::new(chain, key.unwrap());
            builder.with_client_cert_resolver(Arc::new(Presents(Arc::new(presents))))
        }
    }
}

/// Presents one certificate, whether or not the key is its own.
#[derive(Debug)]
struct Presents(Arc<CertifiedKey>);

impl ResolvesClientCert for Presents {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// One request over HTTP/1.1 on a connection of its own: how the handshake went, and the answer.
pub async fn ask(
    address: SocketAddr,
    config: &Arc<ClientConfig>,
) -> io::Result<(HandshakeKind, String)> {
    ask_over(connect(address, config).await?).await
}

/// The same over this connection.
pub async fn ask_over(stream: TlsStream<TcpStream>) -> io::Result<(HandshakeKind, String)> {
    let kind = stream.get_ref().1.handshake_kind().unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(io::Error::other)?;
    let driver = tokio::spawn(connection);
    match sender.send_request(request()).await {
        Ok(answer) => Ok((kind, text(answer).await)),
        // The reason, an alert, is with the connection.
        Err(error) => Err(io::Error::other(format!("{error:?} {:?}", driver.await))),
    }
}

pub async fn connect(
    address: SocketAddr,
    config: &Arc<ClientConfig>,
) -> io::Result<TlsStream<TcpStream>> {
    shake_hands(TcpStream::connect(address).await?, config).await
}

pub async fn shake_hands(
    tcp: TcpStream,
    config: &Arc<ClientConfig>,
) -> io::Result<TlsStream<TcpStream>> {
    let name = "localhost".try_into().unwrap();
    TlsConnector::from(Arc::clone(config))
        .connect(name, tcp)
        .await
}

/// One connection of HTTP/2.
pub async fn http2(
    address: SocketAddr,
    mut config: ClientConfig,
) -> hyper::client::conn::http2::SendRequest<Empty<Bytes>> {
    config.alpn_protocols = vec![b"h2".to_vec()];
    let stream = connect(address, &Arc::new(config)).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .unwrap();
    tokio::spawn(connection);
    sender
}

pub fn request() -> http::Request<Empty<Bytes>> {
    let request = http::Request::get("https://localhost/").header("host", "localhost");
    request.body(Empty::new()).unwrap()
}

pub async fn text(answer: http::Response<hyper::body::Incoming>) -> String {
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}
