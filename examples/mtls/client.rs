//! The client: presents a certificate in the handshake, and the token as any bearer token.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::header::{AUTHORIZATION, HOST, WWW_AUTHENTICATE};
use axum::http::{self, HeaderValue, Request, Response};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::client::ResolvesClientCert;
use rustls::pki_types::CertificateDer;
use rustls::sign::CertifiedKey;
use rustls::{
    AlertDescription, ClientConfig, HandshakeKind, RootCertStore, SignatureScheme,
    SupportedProtocolVersion,
};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::certificates::Identity;
use crate::provider;
use crate::table::Tried;

#[derive(Clone)]
pub(crate) struct Client {
    tls: TlsConnector,
}

/// What came of a request: the client's side, and the reason in the operator's log.
#[derive(Debug, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) told: String,
    /// What the handler answered.
    pub(crate) answer: String,
    pub(crate) reason: Option<&'static str>,
}

/// What a client without connection was told.
pub(crate) const NO_CONNECTION: &str = "no connection";

impl Client {
    /// A client that knows the server's certificate, and presents this one of its own.
    pub(crate) fn new(
        server: &CertificateDer<'static>,
        identity: Option<&Identity>,
        version: &'static SupportedProtocolVersion,
    ) -> Result<Self, rustls::Error> {
        let mut roots = RootCertStore::empty();
        roots.add(server.clone())?;
        let builder = ClientConfig::builder_with_provider(provider())
            .with_protocol_versions(&[version])?
            .with_root_certificates(roots);
        let config = match identity {
            None => builder.with_no_client_auth(),
            Some(identity) => builder.with_client_cert_resolver(Arc::new(Presents::new(identity)?)),
        };
        let tls = TlsConnector::from(Arc::new(config));
        Ok(Self { tls })
    }

    /// Sends the request on a connection of its own. The reason is not for a client to know.
    pub(crate) async fn send(
        &self,
        address: SocketAddr,
        request: Request<Empty<Bytes>>,
    ) -> Result<Outcome, Box<dyn Error>> {
        let tcp = TcpStream::connect(address).await?;
        let tls = match self.tls.connect("localhost".try_into()?, tcp).await {
            Ok(tls) => tls,
            Err(error) => return no_connection(error),
        };
        let resumed = tls.get_ref().1.handshake_kind() == Some(HandshakeKind::Resumed);
        let (mut sender, connection) = http1::handshake(TokioIo::new(tls)).await?;
        let connection = tokio::spawn(connection);
        match sender.send_request(request).await {
            Ok(response) => Outcome::of(response, resumed).await,
            // With TLS 1.3 the client is done before the server has judged its certificate. It is the connection
            // that knows why it ended.
            Err(error) => no_connection(connection.await?.err().unwrap_or(error)),
        }
    }
}

pub(crate) fn get(token: Option<&str>) -> Result<Request<Empty<Bytes>>, http::Error> {
    let mut request = Request::get("/accounts").header(HOST, "localhost");
    if let Some(token) = token {
        request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    request.body(Empty::new())
}

impl Tried for Outcome {
    fn told(&self) -> String {
        self.told.clone()
    }

    fn reason(&self) -> Option<&str> {
        self.reason
    }
}

impl Outcome {
    async fn of(response: Response<Incoming>, resumed: bool) -> Result<Self, Box<dyn Error>> {
        let status = response.status();
        let challenges = response.headers().get_all(WWW_AUTHENTICATE).iter();
        let error = challenges.filter_map(error_of).next();
        let told = match error {
            Some(error) => format!("{} {error}", status.as_u16()),
            None if resumed && status.is_success() => {
                format!("{} in a resumed session", status.as_u16())
            }
            None => status.as_u16().to_string(),
        };
        let answer = response.into_body().collect().await?.to_bytes();
        Ok(Self {
            told,
            answer: String::from_utf8(answer.into())?,
            reason: None,
        })
    }
}

/// `invalid_token` of `Bearer error="invalid_token"`.
fn error_of(challenge: &HeaderValue) -> Option<&str> {
    let (_, from_error) = challenge.to_str().ok()?.split_once("error=\"")?;
    from_error.split('"').next()
}

/// The outcome, if it was the server that ended the handshake; all else is an error of this example.
fn no_connection<E: Error + 'static>(error: E) -> Result<Outcome, Box<dyn Error>> {
    if !is_alert(&error) {
        return Err(error.into());
    }
    Ok(Outcome {
        told: NO_CONNECTION.to_owned(),
        answer: String::new(),
        reason: None,
    })
}

/// `decrypt_error`: the handshake is not signed with the key of the certificate (RFC 8446 section 6.2).
fn is_alert(error: &(dyn Error + 'static)) -> bool {
    let Some(error) = error.downcast_ref::<io::Error>() else {
        return error.source().is_some_and(is_alert);
    };
    // The server may have closed before the client came to read its alert.
    let is_closed = matches!(
        error.kind(),
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset
    );
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref());
    let alert = AlertDescription::DecryptError;
    is_closed || tls == Some(&rustls::Error::AlertReceived(alert))
}

/// Presents one certificate, without a look at whether the key is its own.
#[derive(Debug)]
struct Presents(Arc<CertifiedKey>);

impl Presents {
    fn new(identity: &Identity) -> Result<Self, rustls::Error> {
        let key = provider().key_provider.load_private_key(identity.key())?;
        let chain = vec![identity.certificate.clone()];
        Ok(Self(Arc::new(CertifiedKey::new(chain, key))))
    }
}

impl ResolvesClientCert for Presents {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}
