//! Accepts TCP connections and shakes hands with many clients at once, so that none waits for another.

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future as _, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Sleep, sleep};
use tokio_rustls::server::TlsStream;

use super::connection::Peer;
use super::tls_acceptor::{HandshakeError, MutualTls};
use crate::config_error::ConfigError;

/// Listens for TLS connections of clients with certificates.
///
/// Handshakes run beside each other, each within the time that [`MutualTls::handshake_time`] gives it. When as many
/// are under way as may be, the oldest is given up for a new one: clients that connect and say nothing cannot keep
/// others out.
///
/// With axum (feature `axum`) one line serves; the guard finds [`Peer`] by itself:
///
/// ```no_run
/// # #[cfg(feature = "axum")]
/// # async fn example(app: axum::Router, provider: std::sync::Arc<rustls::crypto::CryptoProvider>,
/// #     chain: Vec<rustls::pki_types::CertificateDer<'static>>, key: rustls::pki_types::PrivateKeyDer<'static>,
/// # ) -> Result<(), Box<dyn std::error::Error>> {
/// use rustls::ServerConfig;
/// use sender_constraint::cert::{ClientCertificates, MutualTls, Peer, TlsListener};
///
/// let tls = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
/// let tls = MutualTls::new(tls, ClientCertificates::any(), chain, key)?;
/// let tcp = tokio::net::TcpListener::bind("0.0.0.0:443").await?;
/// axum::serve(TlsListener::new(tcp, tls), app.into_make_service_with_connect_info::<Peer>()).await?;
/// # Ok(())
/// # }
/// ```
///
/// With hyper, put the [`Peer`] in each request's extensions:
///
/// ```no_run
/// # async fn example<S, B>(app: S, mut listener: sender_constraint::cert::TlsListener)
/// # where
/// #     S: tower::Service<http::Request<hyper::body::Incoming>, Response = http::Response<B>> + Clone + Send + 'static,
/// #     S::Error: std::error::Error + Send + Sync, S::Future: Send,
/// #     B: hyper::body::Body + Send + 'static, B::Data: Send, B::Error: std::error::Error + Send + Sync,
/// # {
/// use hyper::service::{Service as _, service_fn};
/// use hyper_util::rt::{TokioExecutor, TokioIo};
/// use hyper_util::{server::conn::auto, service::TowerToHyperService};
///
/// loop {
///     let (stream, peer) = listener.accept().await;
///     let app = TowerToHyperService::new(app.clone());
///     let service = service_fn(move |mut request: http::Request<_>| {
///         request.extensions_mut().insert(peer.clone());
///         app.call(request)
///     });
///     tokio::spawn(async move {
///         let server = auto::Builder::new(TokioExecutor::new());
///         server.serve_connection(TokioIo::new(stream), service).await
///     });
/// }
/// # }
/// ```
#[must_use = "a listener does nothing unless it is asked to accept"]
pub struct TlsListener {
    tcp: TcpListener,
    tls: MutualTls,
    handshakes: JoinSet<Result<(TlsStream<TcpStream>, Peer), HandshakeError>>,
    pending: VecDeque<AbortHandle>,
    limit: usize,
    pause: Option<Pin<Box<Sleep>>>,
}

impl TlsListener {
    /// Shakes hands with those who connect to `tcp`.
    pub fn new(tcp: TcpListener, tls: MutualTls) -> Self {
        Self {
            tcp,
            tls,
            handshakes: JoinSet::new(),
            pending: VecDeque::new(),
            limit: DEFAULT_PENDING,
            pause: None,
        }
    }

    /// How many handshakes may be under way at once, 1024 unless told.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Size`] outside 1 to 65536.
    pub fn pending_handshakes(mut self, limit: usize) -> Result<Self, ConfigError> {
        if !(MIN_PENDING..=MAX_PENDING).contains(&limit) {
            return Err(ConfigError::Size {
                setting: "pending handshakes",
                value: limit,
                least: MIN_PENDING,
                most: MAX_PENDING,
            });
        }
        self.limit = limit;
        Ok(self)
    }

    /// The next connection whose handshake is done, and who it is.
    ///
    /// Handshakes that fail are told to `tracing` at the level `DEBUG` and passed over. Dropping the future loses no
    /// connection.
    pub async fn accept(&mut self) -> (TlsStream<TcpStream>, Peer) {
        poll_fn(|context| self.poll_accept(context)).await
    }

    /// The address that is listened on.
    ///
    /// # Errors
    ///
    /// As [`TcpListener::local_addr`].
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }

    fn poll_accept(&mut self, context: &mut Context<'_>) -> Poll<(TlsStream<TcpStream>, Peer)> {
        loop {
            while let Poll::Ready(Some(finished)) = self.handshakes.poll_join_next(context) {
                match finished {
                    Ok(Ok(accepted)) => return Poll::Ready(accepted),
                    Ok(Err(reason)) => tracing::debug!(%reason, "connection refused"),
                    Err(_) => tracing::debug!("handshake given up"),
                }
            }
            if let Some(pause) = &mut self.pause {
                ready!(pause.as_mut().poll(context));
                self.pause = None;
            }
            match ready!(self.tcp.poll_accept(context)) {
                Ok((stream, address)) => self.begin(stream, address),
                Err(error) if concerns_one_client(&error) => {}
                Err(reason) => {
                    tracing::error!(%reason, "no connection can be accepted");
                    self.pause = Some(Box::pin(sleep(PAUSE)));
                }
            }
        }
    }

    fn begin(&mut self, stream: TcpStream, address: SocketAddr) {
        if self.pending.len() >= self.limit {
            self.pending.retain(|handshake| !handshake.is_finished());
        }
        if self.pending.len() >= self.limit
            && let Some(oldest) = self.pending.pop_front()
        {
            oldest.abort();
        }
        let tls = self.tls.clone();
        let handshake = async move { tls.accept(stream, Peer::at(address)).await };
        self.pending.push_back(self.handshakes.spawn(handshake));
    }
}

impl fmt::Debug for TlsListener {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TlsListener")
            .field("tcp", &self.tcp)
            .field("tls", &self.tls)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

/// Whether the next client may fare better at once; else something is lacking, mostly file descriptors.
fn concerns_one_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
    )
}

const DEFAULT_PENDING: usize = 1024;
const MIN_PENDING: usize = 1;
const MAX_PENDING: usize = 65_536;
const PAUSE: Duration = Duration::from_secs(1);
