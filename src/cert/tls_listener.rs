//! Accepts TCP connections and performs TLS handshakes concurrently, so that no client waits for another.

use std::fmt;
use std::future::{Future as _, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Sleep, sleep};
use tokio_rustls::server::TlsStream;

use super::mutual_tls::{HandshakeError, MutualTls};
use super::peer::Peer;
use super::pending_handshakes::PendingHandshakes;
use crate::config_error::ConfigError;
use crate::log_limit::LogLimit;
use crate::time::{Clock as _, SystemClock};

/// Listens for TLS connections of clients with certificates.
///
/// Handshakes run concurrently, each within the time limit set by [`MutualTls::handshake_timeout`]. When more are
/// pending than [`max_pending_handshakes`](Self::max_pending_handshakes) allows, the listener aborts the oldest
/// handshake of the address that has the most pending; among addresses with equally many, the oldest of all. An address
/// here is an IPv4 address or the /64 of an IPv6 address. The only handshake of an address is therefore aborted only
/// when more addresses than the limit have one pending: a flood from a few addresses does not end the handshakes of
/// others.
///
/// # Deployment
///
/// Limit SYN packets and connections per second before they reach this listener, for example with a firewall: the
/// listener limits neither. A flood from more addresses than the limit still ends handshakes of honest clients, and one
/// IPv6 /48 has 65,536 of them. So does a flood from an address that honest clients share, such as that of a NAT or of
/// a load balancer.
///
/// After the handshake, nothing here limits idle connections. `axum::serve` sets no timer, so hyper's header read
/// timeout is off. Where idle connections must be closed, serve with hyper as shown below: `header_read_timeout` for
/// HTTP/1.1, keep-alive pings for HTTP/2, and the version chosen by ALPN, because hyper-util has no timeout while it
/// detects the version. An HTTP/2 client that answers pings, or never starts HTTP/2, keeps its connection: limit the
/// number of connections as well.
///
/// # Examples
///
/// With axum (feature `axum`) one line is enough; the guard finds the [`Peer`] itself:
///
/// ```no_run
/// # #[cfg(feature = "axum")]
/// # async fn example(app: axum::Router, provider: std::sync::Arc<rustls::crypto::CryptoProvider>,
/// #     chain: Vec<rustls::pki_types::CertificateDer<'static>>, key: rustls::pki_types::PrivateKeyDer<'static>,
/// # ) -> Result<(), Box<dyn std::error::Error>> {
/// use rustls::ServerConfig;
/// use sender_constraint::cert::{ClientCertPolicy, MutualTls, Peer, TlsListener};
///
/// let tls = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
/// let tls = MutualTls::new(tls, ClientCertPolicy::any(), chain, key)?;
/// let tcp = tokio::net::TcpListener::bind("0.0.0.0:443").await?;
/// axum::serve(TlsListener::new(tcp, tls), app.into_make_service_with_connect_info::<Peer>()).await?;
/// # Ok(())
/// # }
/// ```
///
/// With hyper, insert the [`Peer`] into each request's extensions:
///
/// ```no_run
/// # async fn example<S, B>(app: S, mut listener: sender_constraint::cert::TlsListener)
/// # where
/// #     S: tower::Service<http::Request<hyper::body::Incoming>, Response = http::Response<B>> + Clone + Send + 'static,
/// #     S::Error: std::error::Error + Send + Sync, S::Future: Send,
/// #     B: hyper::body::Body + Send + 'static, B::Data: Send, B::Error: std::error::Error + Send + Sync,
/// # {
/// use std::time::Duration;
///
/// use hyper::service::{Service as _, service_fn};
/// use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
/// use hyper_util::{server::conn::auto, service::TowerToHyperService};
///
/// loop {
///     let (stream, peer) = listener.accept().await;
///     let app = TowerToHyperService::new(app.clone());
///     let service = service_fn(move |mut request: http::Request<_>| {
///         request.extensions_mut().insert(peer.clone());
///         app.call(request)
///     });
///     let mut server = auto::Builder::new(TokioExecutor::new());
///     server.http1().timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(30));
///     server.http2().timer(TokioTimer::new()).keep_alive_interval(Duration::from_secs(30));
///     let server = match stream.get_ref().1.alpn_protocol() {
///         Some(b"h2") => server.http2_only(),
///         _ => server.http1_only(),
///     };
///     tokio::spawn(async move { server.serve_connection(TokioIo::new(stream), service).await });
/// }
/// # }
/// ```
#[must_use = "listeners do nothing unless `accept` is called"]
pub struct TlsListener {
    tcp: TcpListener,
    tls: MutualTls,
    handshakes: JoinSet<Result<(TlsStream<TcpStream>, Peer), HandshakeError>>,
    pending: PendingHandshakes,
    limit: usize,
    pause: Option<Pin<Box<Sleep>>>,
    refused: LogLimit,
    given_up: LogLimit,
}

impl TlsListener {
    /// Performs handshakes with clients that connect to `tcp`.
    pub fn new(tcp: TcpListener, tls: MutualTls) -> Self {
        Self {
            tcp,
            tls,
            handshakes: JoinSet::new(),
            pending: PendingHandshakes::default(),
            limit: DEFAULT_PENDING,
            pause: None,
            refused: LogLimit::default(),
            given_up: LogLimit::default(),
        }
    }

    /// Sets how many handshakes may be pending at once (default 1024).
    ///
    /// # Errors
    ///
    /// [`ConfigError::Size`] outside 1 to 65536.
    pub fn max_pending_handshakes(mut self, limit: usize) -> Result<Self, ConfigError> {
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

    /// Returns the next connection whose handshake is complete, and its peer.
    ///
    /// Failed handshakes are `DEBUG` events of `tracing`, at most 10 of each kind per second. Dropping the future loses
    /// no connection.
    pub async fn accept(&mut self) -> (TlsStream<TcpStream>, Peer) {
        poll_fn(|context| self.poll_accept(context)).await
    }

    /// The address that the listener is bound to.
    ///
    /// # Errors
    ///
    /// As for [`TcpListener::local_addr`].
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }

    fn poll_accept(&mut self, context: &mut Context<'_>) -> Poll<(TlsStream<TcpStream>, Peer)> {
        loop {
            while let Poll::Ready(Some(ended)) = self.handshakes.poll_join_next_with_id(context) {
                let id = ended.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
                self.pending.remove(id);
                match ended {
                    Ok((_, Ok(accepted))) => return Poll::Ready(accepted),
                    Ok((_, Err(reason))) => {
                        if let Some(suppressed) = self.refused.admit(SystemClock.now()) {
                            tracing::debug!(%reason, suppressed, "connection refused");
                        }
                    }
                    Err(_) => {
                        if let Some(suppressed) = self.given_up.admit(SystemClock.now()) {
                            tracing::debug!(suppressed, "handshake aborted");
                        }
                    }
                }
            }
            if let Some(pause) = &mut self.pause {
                ready!(pause.as_mut().poll(context));
                self.pause = None;
            }
            match ready!(self.tcp.poll_accept(context)) {
                Ok((stream, address)) => self.begin(stream, address),
                Err(reason) => {
                    if let Some(pause) = pause_after(&reason) {
                        tracing::error!(%reason, "no connection can be accepted");
                        self.pause = Some(Box::pin(sleep(pause)));
                    }
                }
            }
        }
    }

    fn begin(&mut self, stream: TcpStream, address: SocketAddr) {
        let tls = self.tls.clone();
        let handshake = async move { tls.accept(stream, Peer::tcp(address)).await };
        let handshake = self.handshakes.spawn(handshake);
        self.pending.insert(address.ip(), handshake);
        if self.pending.len() > self.limit
            && let Some(given_up) = self.pending.remove_from_largest()
        {
            given_up.abort();
        }
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

/// The time before the next accept: none if the error concerns one client; otherwise a resource is exhausted, mostly
/// file descriptors.
fn pause_after(error: &io::Error) -> Option<Duration> {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    match error.kind() {
        ConnectionAborted | ConnectionRefused | ConnectionReset => None,
        _ => Some(PAUSE),
    }
}

const DEFAULT_PENDING: usize = 1024;
const MIN_PENDING: usize = 1;
const MAX_PENDING: usize = 65_536;
const PAUSE: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;
    use io::ErrorKind::*;

    #[test]
    fn accepting_pauses_unless_the_error_concerns_one_client() {
        for kind in [ConnectionAborted, ConnectionRefused, ConnectionReset] {
            assert_eq!(pause_after(&kind.into()), None, "{kind}");
        }
        for kind in [OutOfMemory, Other, PermissionDenied] {
            assert_eq!(pause_after(&kind.into()), Some(PAUSE), "{kind}");
        }
    }
}
