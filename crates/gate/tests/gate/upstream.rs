//! The server behind the gate: it answers with what it received.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body::Frame;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_stream::StreamExt as _;

pub(crate) type Body = UnsyncBoxBody<Bytes, Infallible>;

/// An upstream on loopback, until the runtime of the test ends.
#[derive(Clone)]
pub(crate) struct Upstream {
    pub(crate) url: String,
    requests: Arc<AtomicUsize>,
}

impl Upstream {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&requests);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let counter = Arc::clone(&counter);
                let service = service_fn(move |request| {
                    counter.fetch_add(1, Ordering::SeqCst);
                    answer(request)
                });
                tokio::spawn(async move {
                    let server = Builder::new(TokioExecutor::new());
                    let served =
                        server.serve_connection_with_upgrades(TokioIo::new(stream), service);
                    drop(served.await);
                });
            }
        });
        Self { url, requests }
    }

    /// One of the test's own, whose requests are not counted.
    pub(crate) fn at(listener: &TcpListener) -> Self {
        Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            requests: Arc::default(),
        }
    }

    /// The settings of a reverse proxy of this upstream.
    pub(crate) fn settings(&self, more: &str) -> String {
        let url = &self.url;
        format!("mode = \"proxy\"\n[upstream]\nurl = \"{url}\"\n{more}\n")
    }

    /// How many requests arrived.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

async fn answer(mut request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    let path = request.uri().path().to_owned();
    let upgrade = hyper::upgrade::on(&mut request);
    let response = Response::builder();
    let response = match path.as_str() {
        "/websocket" => {
            tokio::spawn(async move {
                let mut io = TokioIo::new(upgrade.await.unwrap());
                let mut byte = [0];
                while io.read_exact(&mut byte).await.is_ok() {
                    io.write_all(&byte.map(|byte| byte.to_ascii_uppercase()))
                        .await
                        .unwrap();
                }
            });
            let response = response.status(101).header("upgrade", "websocket");
            response.header("connection", "upgrade").body(full(""))
        }
        "/echo" => response.body(UnsyncBoxBody::new(
            request
                .into_body()
                .map_err(|_| -> Infallible { unreachable!("a whole body") }),
        )),
        "/trailers" => {
            let mut trailers = HeaderMap::new();
            trailers.insert("grpc-status", HeaderValue::from_static("0"));
            trailers.insert("dpop-nonce", HeaderValue::from_static("upstream"));
            let frames = [
                Ok::<_, Infallible>(Frame::data(Bytes::from("data"))),
                Ok(Frame::trailers(trailers)),
            ];
            let body = StreamBody::new(tokio_stream::iter(frames));
            response
                .header("trailer", "grpc-status, dpop-nonce")
                .body(body.boxed_unsync())
        }
        "/events" | "/endless" => {
            let begin = tokio_stream::once(Ok(Frame::data(Bytes::from("begin"))));
            let endless = begin.chain(tokio_stream::pending());
            let kind = if path == "/events" {
                "text/event-stream"
            } else {
                "text/csv"
            };
            response
                .header("content-type", kind)
                .body(StreamBody::new(endless).boxed_unsync())
        }
        "/nonce" => response
            .header("dpop-nonce", "upstream")
            .header("client-cert", ":AAAA:")
            .header("connection", "x-private")
            .header("x-private", "1")
            .header("set-cookie", "a=b")
            .body(full("")),
        "/unauthorized" => response
            .status(401)
            .header("www-authenticate", "DPoP error=\"use_dpop_nonce\"")
            .body(full("")),
        "/no-content" => response.status(204).body(full("")),
        "/not-modified" => response.status(304).header("etag", "\"a\"").body(full("")),
        _ => {
            let received = received(request).await;
            response
                .header("content-type", "application/json")
                .body(full(received.to_string()))
        }
    };
    Ok(response.unwrap())
}

async fn received(request: Request<Incoming>) -> Value {
    let (head, body) = request.into_parts();
    let body = body.collect().await;
    let (body, trailers) = match body {
        Ok(body) => {
            let trailers = body.trailers().cloned().unwrap_or_default();
            (body.to_bytes(), trailers)
        }
        Err(error) => (Bytes::from(error.to_string()), HeaderMap::new()),
    };
    json!({
        "method": head.method.as_str(),
        "uri": head.uri.to_string(),
        "version": format!("{:?}", head.version),
        "headers": fields(&head.headers),
        "trailers": fields(&trailers),
        "body": String::from_utf8_lossy(&body),
    })
}

fn fields(headers: &HeaderMap) -> Value {
    let mut fields = json!({});
    for name in headers.keys() {
        let values = headers.get_all(name).iter();
        let values: Vec<_> = values
            .map(|it| String::from_utf8_lossy(it.as_bytes()))
            .collect();
        fields[name.as_str()] = values.join(" | ").into();
    }
    fields
}

pub(crate) fn full(text: impl Into<Bytes>) -> Body {
    Full::new(text.into()).boxed_unsync()
}
