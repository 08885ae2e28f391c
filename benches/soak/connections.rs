//! The connections of honest clients: HTTP/1.1 with one request at a time, and HTTP/2.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::header::CONNECTION;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};

use crate::client::Target;

pub(crate) type Body = Full<Bytes>;

/// Why there is no response.
pub(crate) enum Trouble {
    /// The request was not sent: there is no connection.
    Unconnected(String),
    Lost(String),
}

pub(crate) struct Connections {
    target: Target,
    http1: Mutex<VecDeque<Http1>>,
    http2: Vec<tokio::sync::Mutex<Option<Http2>>>,
    opened: AtomicU64,
}

struct Http1 {
    sender: http1::SendRequest<Body>,
    requests: u32,
}

struct Http2 {
    sender: http2::SendRequest<Body>,
    requests: u32,
}

impl Connections {
    pub(crate) fn new(target: &Target) -> Self {
        Self {
            target: target.clone(),
            http1: Mutex::default(),
            http2: (0..HTTP2_CONNECTIONS).map(|_| Default::default()).collect(),
            opened: AtomicU64::new(0),
        }
    }

    pub(crate) fn opened(&self) -> u64 {
        self.opened.load(Ordering::Relaxed)
    }

    /// As idle clients do.
    pub(crate) async fn close(&self) {
        self.idle().clear();
        for connection in &self.http2 {
            connection.lock().await.take();
        }
    }

    /// What a server has not received is sent again on another connection.
    pub(crate) async fn send_http1(
        &self,
        mut request: Request<Body>,
    ) -> Result<Response<Bytes>, Trouble> {
        for _ in 0..ATTEMPTS {
            let mut connection = self.take_http1().await?;
            match connection.sender.try_send_request(request).await {
                Ok(response) => {
                    let closes = response.headers().contains_key(CONNECTION);
                    let response = whole(response).await?;
                    connection.requests += 1;
                    if !closes && connection.requests < MAX_HTTP1_REQUESTS {
                        self.keep(connection).await;
                    }
                    return Ok(response);
                }
                Err(mut error) => match error.take_message() {
                    Some(unsent) => request = unsent,
                    None => return Err(lost(error.into_error())),
                },
            }
        }
        Err(Trouble::Unconnected("closed at once".to_owned()))
    }

    pub(crate) async fn send_http2(
        &self,
        number: usize,
        mut request: Request<Body>,
    ) -> Result<Response<Bytes>, Trouble> {
        for _ in 0..ATTEMPTS {
            let mut sender = self.http2(number).await?;
            match sender.try_send_request(request).await {
                Ok(response) => return whole(response).await,
                Err(mut error) => match error.take_message() {
                    Some(unsent) => request = unsent,
                    None => return Err(lost(error.into_error())),
                },
            }
        }
        Err(Trouble::Unconnected("closed at once".to_owned()))
    }

    async fn take_http1(&self) -> Result<Http1, Trouble> {
        loop {
            // The one that has been idle longest: none of them becomes stale.
            let Some(connection) = self.idle().pop_front() else {
                break;
            };
            if connection.sender.is_ready() {
                return Ok(connection);
            }
        }
        let io = TokioIo::new(self.connect().await?);
        let (sender, connection) = http1::handshake(io).await.map_err(unconnected)?;
        tokio::spawn(connection);
        Ok(Http1 {
            sender,
            requests: 0,
        })
    }

    async fn keep(&self, mut connection: Http1) {
        if connection.sender.ready().await.is_ok() {
            self.idle().push_back(connection);
        }
    }

    async fn http2(&self, number: usize) -> Result<http2::SendRequest<Body>, Trouble> {
        let slot = self.http2.get(number % self.http2.len().max(1));
        let mut slot = match slot {
            Some(slot) => slot.lock().await,
            None => return Err(Trouble::Unconnected("no HTTP/2".to_owned())),
        };
        if let Some(open) = slot.as_mut()
            && !open.sender.is_closed()
            && open.requests < MAX_HTTP2_REQUESTS
        {
            open.requests += 1;
            return Ok(open.sender.clone());
        }
        let io = TokioIo::new(self.connect().await?);
        let connected = http2::handshake(TokioExecutor::new(), io).await;
        let (sender, connection) = connected.map_err(unconnected)?;
        tokio::spawn(connection);
        let requests = 1;
        *slot = Some(Http2 {
            sender: sender.clone(),
            requests,
        });
        Ok(sender)
    }

    async fn connect(&self) -> Result<tokio::net::TcpStream, Trouble> {
        let stream = self.target.connect().await.map_err(Trouble::Unconnected)?;
        self.opened.fetch_add(1, Ordering::Relaxed);
        Ok(stream)
    }

    fn idle(&self) -> MutexGuard<'_, VecDeque<Http1>> {
        self.http1.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn whole(response: Response<Incoming>) -> Result<Response<Bytes>, Trouble> {
    let (head, body) = response.into_parts();
    let body = body.collect().await.map_err(lost)?;
    Ok(Response::from_parts(head, body.to_bytes()))
}

/// A request that a GOAWAY excludes was not sent, or not processed (RFC 9113 section 6.8).
fn lost(error: hyper::Error) -> Trouble {
    let cause = std::error::Error::source(&error);
    let http2 = cause.and_then(|cause| cause.downcast_ref::<h2::Error>());
    let is_excluded = http2.is_some_and(|cause| {
        cause.is_go_away() && cause.is_remote() && cause.reason() == Some(h2::Reason::NO_ERROR)
    });
    let cause = cause.map_or(String::new(), |cause| format!(": {cause}"));
    let text = format!("{error}{cause}");
    match is_excluded {
        true => Trouble::Unconnected(text),
        false => Trouble::Lost(text),
    }
}

fn unconnected(error: hyper::Error) -> Trouble {
    Trouble::Unconnected(error.to_string())
}

const ATTEMPTS: usize = 4;
const HTTP2_CONNECTIONS: usize = 4;
/// New connections from time to time.
const MAX_HTTP1_REQUESTS: u32 = 500;
const MAX_HTTP2_REQUESTS: u32 = 2_000;
