//! One connection, HTTP/1.1 or HTTP/2, with limits, and how it ends when the server stops (RFC 9112 section 9.6, RFC 9113
//! section 6.8).

use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, Version};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use sender_constraint::cert::Peer;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio::time::sleep;
use tower::ServiceExt as _;

use super::lingering::Lingering;

/// What every connection is told.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Phase {
    Serving,
    /// The server stops: a connection serves one more HTTP/1.1 request, or the HTTP/2 requests of a client that has not
    /// received the GOAWAY yet.
    Draining,
    /// Idle connections are closed; the others after the response that they wait for.
    Closing,
}

/// Serves `app` on `io`, until the client closes or `phase` asks for the end.
pub(crate) async fn serve<Io>(io: Io, peer: Peer, app: Router, mut phase: watch::Receiver<Phase>)
where
    Io: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (requested, mut version) = watch::channel(None);
    let in_phase = phase.clone();
    let service = service_fn(move |mut request: Request<Incoming>| {
        let version = Some(request.version());
        requested.send_if_modified(|known| std::mem::replace(known, version) != version);
        // The guard asks who connected, in the extensions of each request.
        request.extensions_mut().insert(peer.clone());
        respond(app.clone(), request, in_phase.clone())
    });
    let server = server();
    let mut connection = pin!(server.serve_connection(TokioIo::new(Lingering::new(io)), service));
    let mut silence = pin!(sleep(IDLE_TIME));
    loop {
        let is_silent = version.borrow().is_none();
        tokio::select! {
            // The connection first: it reads the requests that have arrived before it learns of the next phase.
            biased;
            _ = connection.as_mut() => return,
            known = version.changed() => if known.is_err() { return },
            changed = phase.changed() => if changed.is_err() { return },
            // hyper sets no limit on the time until it knows the version.
            () = silence.as_mut(), if is_silent => return,
        }
        let is_http2 = *version.borrow() == Some(Version::HTTP_2);
        let phase = *phase.borrow();
        // On HTTP/1.1 this would close an idle connection at once, and lose a request that is on its way.
        if phase == Phase::Closing || (phase == Phase::Draining && is_http2) {
            connection.as_mut().graceful_shutdown();
        }
    }
}

async fn respond(
    app: Router,
    request: Request<Incoming>,
    phase: watch::Receiver<Phase>,
) -> Result<Response, Infallible> {
    let is_http2 = request.version() == Version::HTTP_2;
    let mut response = app.oneshot(request).await?;
    if !is_http2 && *phase.borrow() != Phase::Serving {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    Ok(response)
}

fn server() -> Builder<TokioExecutor> {
    let mut server = Builder::new(TokioExecutor::new());
    server
        .http1()
        // A client that sends no more still reads.
        .half_close(true)
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE_TIME)
        .max_buf_size(MAX_HEAD);
    server
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PING_INTERVAL)
        .keep_alive_timeout(PING_INTERVAL)
        .max_header_list_size(MAX_HTTP2_HEAD);
    server
}

/// For the whole head of an HTTP/1.1 request, counted from the response before it. Longer than proxies keep idle
/// connections (mostly 60 s), so that it is the proxy that closes them.
const IDLE_TIME: Duration = Duration::from_secs(75);

/// A dead HTTP/2 connection is closed after twice this time.
const PING_INTERVAL: Duration = Duration::from_secs(20);

/// A token of 16 KiB, a proof of 8 KiB and a chain of certificates fit.
const MAX_HEAD: usize = 64 * 1024;
const MAX_HTTP2_HEAD: u32 = 64 * 1024;
