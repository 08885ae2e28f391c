//! One connection, HTTP/1.1 or HTTP/2, with limits, and how it ends when the server stops (RFC 9112 section 9.6, RFC 9113
//! section 6.8).

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::header::CONNECTION;
use http::{HeaderValue, Request, Response, StatusCode, Version};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::sync::watch;
use tokio::time::sleep;

use super::accept::Io;
use super::connection_permit::{ConnectionPermit, Phase};
use super::deadline::Deadline;
use super::streams::{Streams, with_read_limit};
use crate::body::Body;
use crate::config::Limits;
use crate::gate::CurrentGate;

/// Serves `io` until the client closes, or the phase ends it.
pub(super) async fn serve(io: Box<dyn Io>, permit: ConnectionPermit, current: Arc<CurrentGate>) {
    let limits = current.gate().limits().clone();
    let (requested, mut version) = watch::channel(None);
    let mut waiting = permit.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        let version = Some(request.version());
        requested.send_if_modified(|known| std::mem::replace(known, version) != version);
        respond(Arc::clone(&current), request, permit.clone())
    });
    let io = TokioIo::new(Deadline::new(io, limits.idle_time));
    let streams = Streams::new(limits.idle_time);
    let server = server(&limits, streams.clone());
    let mut connection = pin!(server.serve_connection_with_upgrades(io, service));
    let mut silence = pin!(sleep(limits.header_time));
    let mut phase = Phase::Serving;
    let mut idle = pin!(streams.idle());
    let mut is_closing = false;
    loop {
        let is_silent = version.borrow().is_none();
        tokio::select! {
            // The connection first: it reads the requests that have arrived before it learns of the next phase.
            biased;
            ended = connection.as_mut() => {
                if let Err(reason) = ended {
                    tracing::debug!(%reason, "connection ended");
                }
                return;
            }
            known = version.changed() => if known.is_err() { return },
            () = waiting.reached(next(phase)), if phase < Phase::Closing => phase = next(phase),
            // hyper sets no limit on the time until it knows the version.
            () = silence.as_mut(), if is_silent => return,
            // Nor on the time between two requests in HTTP/2.
            () = idle.as_mut(), if is_http2(&version) => {
                // The client has not closed, although it had the limit once more.
                if is_closing {
                    return;
                }
                is_closing = true;
                idle.set(streams.idle());
            }
        }
        let is_draining = phase == Phase::Draining && is_http2(&version);
        // On HTTP/1.1 this closes an idle connection at once, and loses a request that is on its way.
        if is_closing || is_draining || phase >= Phase::Finishing {
            connection.as_mut().graceful_shutdown();
        }
    }
}

fn is_http2(version: &watch::Receiver<Option<Version>>) -> bool {
    *version.borrow() == Some(Version::HTTP_2)
}

const fn next(phase: Phase) -> Phase {
    match phase {
        Phase::Serving => Phase::Draining,
        Phase::Draining => Phase::Finishing,
        Phase::Finishing | Phase::Closing => Phase::Closing,
    }
}

async fn respond(
    current: Arc<CurrentGate>,
    mut request: Request<Incoming>,
    permit: ConnectionPermit,
) -> Result<Response<Body>, Infallible> {
    let is_http2 = request.version() == Version::HTTP_2;
    request.extensions_mut().insert(permit.peer().clone());
    let gate = current.gate();
    let mut response = gate.respond(request, &permit).await;
    let is_upgrade = response.status() == StatusCode::SWITCHING_PROTOCOLS;
    if !is_http2 && !is_upgrade && permit.phase() != Phase::Serving {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    Ok(with_read_limit(response))
}

fn server(limits: &Limits, streams: Streams) -> Builder<Streams> {
    let bytes = usize::try_from(limits.header_bytes).unwrap_or(usize::MAX);
    let headers = usize::try_from(limits.headers).unwrap_or(usize::MAX);
    let mut server = Builder::new(streams);
    server
        .http1()
        // A client that sends no more still reads.
        .half_close(true)
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_time)
        .max_headers(headers)
        .max_buf_size(bytes);
    server
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PING_INTERVAL)
        .keep_alive_timeout(PING_INTERVAL)
        .max_concurrent_streams(u32::try_from(limits.streams).unwrap_or(u32::MAX))
        .max_header_list_size(u32::try_from(limits.header_bytes).unwrap_or(u32::MAX));
    server
}

/// A dead HTTP/2 connection is closed after twice this time.
const PING_INTERVAL: Duration = Duration::from_secs(20);
