//! A1 and A3: no request reaches the inner service without a verdict, and none that waits holds its slot.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use axum::routing::{any, get};
use bytes::Bytes;
use http::header::{ACCESS_CONTROL_REQUEST_METHOD, CONNECTION, CONTENT_TYPE, ORIGIN, TE, UPGRADE};
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, Version};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Frame, Incoming};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_stream::wrappers::TcpListenerStream;
use tower::limit::ConcurrencyLimitLayer;
use tower::{Layer as _, ServiceBuilder, ServiceExt as _, service_fn};
use tower_http::cors::CorsLayer;

use crate::common::*;
use crate::remote::{Remote, issuer_key, settle};

/// Counts its calls, and answers every one of them.
#[derive(Clone, Default)]
struct Calls(Arc<AtomicUsize>);

impl Calls {
    fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    fn add(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn a1_preflight_headers_open_no_rpc() {
    let world = World::new();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (_, health) = tonic_health::server::health_reporter();
    let server = tonic::transport::Server::builder()
        .layer(world.guard.layer())
        .add_service(health);
    tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut client, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .unwrap();
    tokio::spawn(connection);
    let uri = format!("http://{address}/grpc.health.v1.Health/Check");
    let request = preflight(&uri)
        .header(CONTENT_TYPE, "application/grpc")
        .header(TE, "trailers")
        // An empty HealthCheckRequest.
        .body(Full::new(Bytes::from_static(&[0, 0, 0, 0, 0])))
        .unwrap();
    let response = client.send_request(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let body = response.into_body().collect().await.unwrap();
    assert!(body.to_bytes().is_empty());
}

#[tokio::test]
async fn a1_preflight_headers_open_no_axum_route() {
    let world = World::new();
    let calls = Calls::default();
    let secret = |calls: &Calls| {
        let calls = calls.clone();
        service_fn(move |_: Request<Body>| {
            calls.add();
            async { Ok::<_, Infallible>(Response::new(Body::from("secret"))) }
        })
    };
    let counted = calls.clone();
    let app: Router = Router::new()
        .route(
            "/any",
            any(move || {
                counted.add();
                async { "secret" }
            }),
        )
        .route_service("/service", secret(&calls))
        .nest_service("/nested", secret(&calls))
        .fallback_service(secret(&calls))
        .layer(world.guard.layer());
    for path in ["/any", "/service", "/nested/a", "/elsewhere"] {
        let request = preflight(path).body(Body::from("mutation")).unwrap();
        let response = app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{path}");
        let body = response.into_body().collect().await.unwrap();
        assert!(body.to_bytes().is_empty(), "{path}");
    }
    assert_eq!(calls.count(), 0);
}

#[tokio::test]
async fn a1_gateway_refuses_a_preflight() {
    let world = World::new();
    let (mut head, ()) = preflight("/a").body(()).unwrap().into_parts();
    let rejection = world.guard.check(&mut head).await.unwrap_err();
    assert_eq!(rejection.kind(), "credentials_missing");
}

/// Over real connections: every method, with and without the headers that have opened doors elsewhere.
#[tokio::test]
async fn a1_no_request_without_credentials_reaches_the_inner_service() {
    let world = World::new();
    let calls = Calls::default();
    let address = serve_counting(&world, &calls).await;
    let methods = [
        "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "PROPFIND", "QUERY",
        "PRI", "options", "X-ANY",
    ];
    let extras: [&[(HeaderName, &str)]; 9] = [
        &[],
        &[(ORIGIN, "https://evil.example")],
        &[(ACCESS_CONTROL_REQUEST_METHOD, "POST")],
        &[
            (ORIGIN, "https://evil.example"),
            (ACCESS_CONTROL_REQUEST_METHOD, "POST"),
        ],
        &[(CONNECTION, "upgrade"), (UPGRADE, "websocket")],
        &[(CONNECTION, "upgrade, http2-settings"), (UPGRADE, "h2c")],
        &[(OVERRIDE, "GET"), (ORIGIN, "null")],
        &[(CONNECTION, "authorization, dpop")],
        &[
            (CONTENT_TYPE, "application/grpc"),
            (ORIGIN, "x"),
            (ACCESS_CONTROL_REQUEST_METHOD, "x"),
        ],
    ];
    for version in [Version::HTTP_11, Version::HTTP_2] {
        let mut client = Client::connect(address, version).await;
        for method in methods {
            for headers in extras {
                for has_body in [false, true] {
                    let is_of_connection =
                        |name: &HeaderName| *name == CONNECTION || *name == UPGRADE;
                    if version == Version::HTTP_2
                        && headers.iter().any(|(name, _)| is_of_connection(name))
                    {
                        // Not sent there: RFC 9113 section 8.2.2.
                        continue;
                    }
                    let mut request = Request::builder()
                        .method(Method::from_bytes(method.as_bytes()).unwrap())
                        .uri(client.uri(address, "/a"));
                    for (name, value) in headers {
                        request = request.header(name, *value);
                    }
                    let request = request.body(body(has_body)).unwrap();
                    let status = client.send(request).await;
                    assert_eq!(
                        status,
                        StatusCode::UNAUTHORIZED,
                        "{version:?} {method} {headers:?} {has_body}"
                    );
                }
            }
        }
    }
    assert_eq!(calls.count(), 0);
}

/// A hop-by-hop list is the client's word: what it names is neither hidden from the guard nor required by it.
#[tokio::test]
async fn a1_connection_header_changes_nothing() {
    let world = World::new();
    for listed in ["authorization", "dpop", "authorization, dpop, close"] {
        let mut good = world.good_request();
        good.headers_mut()
            .insert(CONNECTION, HeaderValue::from_static(listed));
        let copy = good.clone();
        world.send(good).await.assert_passed();
        let replayed = world.send(copy).await;
        replayed.assert_refused("PROOF", "proof_replayed");
    }
}

#[tokio::test]
async fn a1_cors_layer_outside_answers_preflights_over_http() {
    let world = World::new();
    let cors = CorsLayer::new()
        .allow_origin(HeaderValue::from_static("https://app.example.com"))
        .allow_methods([Method::GET])
        .allow_headers([http::header::AUTHORIZATION, HeaderName::from_static("dpop")])
        .expose_headers([http::header::WWW_AUTHENTICATE]);
    let app: Router = Router::new()
        .route("/a", get(|| async { "served" }))
        .layer(world.guard.layer())
        .layer(cors);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    let client = reqwest::Client::new();
    let url = format!("http://{address}/a");
    let origin = "https://app.example.com";

    let preflight = client.request(Method::OPTIONS, &url).header(ORIGIN, origin);
    let preflight = preflight
        .header(ACCESS_CONTROL_REQUEST_METHOD, "GET")
        .header("access-control-request-headers", "authorization,dpop");
    let answer = preflight.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["access-control-allow-origin"], origin);
    let allowed = answer.headers()["access-control-allow-headers"].to_str();
    assert_eq!(allowed.unwrap(), "authorization,dpop");

    let refused = client.get(&url).header(ORIGIN, origin).send().await;
    let refused = refused.unwrap();
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(refused.headers()["access-control-allow-origin"], origin);
    let exposed = refused.headers().get_all("access-control-expose-headers");
    let mut exposed = exposed.iter().map(|value| value.to_str().unwrap());
    assert!(exposed.any(|names| names.eq_ignore_ascii_case("www-authenticate")));
    assert!(refused.headers().contains_key("www-authenticate"));

    let (good, ()) = world.good_request().into_parts();
    let served = client.get(&url).headers(good.headers).send().await;
    assert_eq!(served.unwrap().text().await.unwrap(), "served");
}

/// Known keys serve although a request for an unknown one waits, whatever slots the inner service has.
#[tokio::test]
async fn a3_request_that_waits_for_keys_holds_no_slot() {
    let remote = Remote::connected().await;
    let calls = Calls::default();
    let counted = calls.clone();
    let inner = service_fn(move |_: Request<()>| {
        counted.add();
        async { Ok::<_, Infallible>(Response::new(String::from("served"))) }
    });
    let service = ServiceBuilder::new()
        .layer(remote.world.guard.layer())
        .layer(ConcurrencyLimitLayer::new(1))
        .service(inner);
    remote.net.hold();
    let stranger = Token::unbound(&issuer_key()).header("kid", "unknown");
    let stranger = request(&format!("Bearer {}", stranger.sign()), "");
    let waiting = tokio::spawn(service.clone().oneshot(stranger));
    settle().await;
    assert!(!waiting.is_finished());
    let served = service.oneshot(remote.world.good_request()).await.unwrap();
    assert_eq!(served.status(), StatusCode::OK);
    assert_eq!(calls.count(), 1);
    remote.net.release();
    let refused = waiting.await.unwrap().unwrap();
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(calls.count(), 1);
}

fn preflight(uri: &str) -> http::request::Builder {
    Request::options(uri)
        .header(ORIGIN, "x")
        .header(ACCESS_CONTROL_REQUEST_METHOD, "x")
}

/// A frame of data and a frame of trailers, or nothing.
fn body(has_body: bool) -> TestBody {
    let trailers = [(
        HeaderName::from_static("authorization"),
        HeaderValue::from_static("Bearer x"),
    )];
    let frames = [
        Frame::data(Bytes::from_static(&[0, 0, 0, 0, 0])),
        Frame::trailers(trailers.into_iter().collect()),
    ];
    let frames: Vec<_> = frames.into_iter().filter(|_| has_body).map(Ok).collect();
    http_body_util::StreamBody::new(tokio_stream::iter(frames))
}

type TestBody = http_body_util::StreamBody<
    tokio_stream::Iter<std::vec::IntoIter<Result<Frame<Bytes>, Infallible>>>,
>;

const OVERRIDE: HeaderName = HeaderName::from_static("x-http-method-override");

/// A hyper server with a `service_fn` that answers everything, behind the guard.
async fn serve_counting(world: &World, calls: &Calls) -> SocketAddr {
    let calls = calls.clone();
    let inner = service_fn(move |_: Request<Incoming>| {
        calls.add();
        async { Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(b"secret")))) }
    });
    let service = world.guard.layer().layer(inner);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = TowerToHyperService::new(service.clone());
            tokio::spawn(async move {
                let server = auto::Builder::new(TokioExecutor::new());
                server
                    .serve_connection(TokioIo::new(stream), service)
                    .await
                    .ok();
            });
        }
    });
    address
}

/// One connection of either version.
enum Client {
    Http1(SocketAddr),
    Http2(hyper::client::conn::http2::SendRequest<TestBody>),
}

impl Client {
    async fn connect(address: SocketAddr, version: Version) -> Self {
        if version == Version::HTTP_11 {
            return Self::Http1(address);
        }
        let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
        let handshake = hyper::client::conn::http2::handshake(TokioExecutor::new(), stream);
        let (client, connection) = handshake.await.unwrap();
        tokio::spawn(connection);
        Self::Http2(client)
    }

    fn uri(&self, address: SocketAddr, path: &str) -> String {
        match self {
            Self::Http1(_) => path.to_owned(),
            Self::Http2(_) => format!("http://{address}{path}"),
        }
    }

    async fn send(&mut self, request: Request<TestBody>) -> StatusCode {
        match self {
            // A connection each: the server may close it after a refusal with an unread body.
            Self::Http1(address) => {
                let stream = TokioIo::new(TcpStream::connect(*address).await.unwrap());
                let handshake = hyper::client::conn::http1::handshake(stream);
                let (mut client, connection) = handshake.await.unwrap();
                tokio::spawn(connection);
                client.send_request(request).await.unwrap().status()
            }
            Self::Http2(client) => client.send_request(request).await.unwrap().status(),
        }
    }
}
