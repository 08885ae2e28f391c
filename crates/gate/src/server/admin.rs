//! Health and keys, on an address of their own, which clients cannot reach: `/live`, `/ready`, `/jwks`.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::{Semaphore, watch};

use super::accept::Io;
use super::connection_permit::Phase;
use super::listener::{Accepted, Listener};
use crate::body::{Body, full};
use crate::gate::CurrentGate;
use crate::response::with_status;

/// Serves until it is dropped.
pub(crate) async fn serve_admin(
    listener: Listener,
    current: Arc<CurrentGate>,
    phase: watch::Sender<Phase>,
) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(permit) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        let io: Box<dyn Io> = match listener.accept().await {
            Accepted::Tcp(stream, _) => Box::new(stream),
            Accepted::Unix(stream) => Box::new(stream),
        };
        let (current, phase) = (Arc::clone(&current), phase.clone());
        tokio::spawn(async move {
            let service = service_fn(move |request: Request<Incoming>| {
                let response = respond(&current, *phase.borrow(), &request);
                std::future::ready(Ok::<_, Infallible>(response))
            });
            let served = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(TIME)
                .serve_connection(TokioIo::new(io), service);
            drop(served.await);
            drop(permit);
        });
    }
}

fn respond(current: &CurrentGate, phase: Phase, request: &Request<Incoming>) -> Response<Body> {
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        return with_status(StatusCode::METHOD_NOT_ALLOWED);
    }
    match request.uri().path() {
        "/live" => with_status(StatusCode::OK),
        "/ready" => {
            let is_ready = phase == Phase::Serving && current.gate().is_ready();
            with_status(if is_ready {
                StatusCode::OK
            } else {
                StatusCode::SERVICE_UNAVAILABLE
            })
        }
        "/jwks" => {
            let mut response = Response::new(full(current.gate().jwks()));
            let json = HeaderValue::from_static("application/jwk-set+json");
            response.headers_mut().insert(CONTENT_TYPE, json);
            response
        }
        _ => with_status(StatusCode::NOT_FOUND),
    }
}

const CONNECTIONS: usize = 64;
const TIME: Duration = Duration::from_secs(10);
