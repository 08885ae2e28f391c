//! Bodies that flow in both directions, trailers, WebSockets, HTTP/2, `Expect`, and the end of the server.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Version};
use http_body::Frame;
use http_body_util::{BodyExt as _, StreamBody};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::upstream::{Body, full};
use super::world::{Answer, ORIGIN, World};

/// Reads until `end` was read.
async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut read = Vec::new();
    while !read.ends_with(end.as_bytes()) {
        let byte = stream.read_u8().await.expect("more bytes");
        read.push(byte);
    }
    String::from_utf8(read).unwrap()
}

#[tokio::test]
async fn bodies_are_not_collected() {
    let world = World::proxy().await;
    let mut stream = TcpStream::connect(world.gate.address()).await.unwrap();
    let head = world.request("POST", "/echo", "Transfer-Encoding: chunked\r\n", "");
    stream.write_all(head.as_bytes()).await.unwrap();
    // The upstream answers with the first piece before the second one exists.
    for piece in ["3\r\nabc\r\n", "2\r\nde\r\n"] {
        stream.write_all(piece.as_bytes()).await.unwrap();
        let read = read_until(&mut stream, piece).await;
        assert!(read.ends_with(piece), "{read}");
    }
    stream.write_all(b"0\r\n\r\n").await.unwrap();
    read_until(&mut stream, "0\r\n\r\n").await;
}

#[tokio::test]
async fn a_large_body_passes_in_both_directions() {
    let world = World::proxy().await;
    let body = "0123456789abcdef".repeat(65_536);
    let lines = format!("Content-Length: {}\r\n", body.len());
    let answer = world
        .exchange(&world.request("POST", "/echo", &lines, &body))
        .await;
    assert_eq!(answer.status, 200);
    assert!(answer.body.len() >= body.len());
}

#[tokio::test]
async fn a_client_that_waits_for_100_is_told_to_continue() {
    let world = World::proxy().await;
    let lines = "Expect: 100-continue\r\nContent-Length: 3\r\n";
    let mut stream = TcpStream::connect(world.gate.address()).await.unwrap();
    let head = world.request("POST", "/", lines, "");
    stream.write_all(head.as_bytes()).await.unwrap();
    let interim = read_until(&mut stream, "\r\n\r\n").await;
    assert!(interim.starts_with("HTTP/1.1 100 "), "{interim}");
    stream.write_all(b"abc").await.unwrap();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
    assert_eq!(Answer::of(&rest).received()["body"], "abc");
}

#[tokio::test]
async fn a_refused_client_is_not_told_to_continue() {
    let world = World::proxy().await;
    let request = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n";
    let answer = world.exchange(request).await;
    assert_eq!(answer.status, 401, "{answer:?}");
}

#[tokio::test]
async fn a_websocket_is_accepted_at_its_handshake() {
    let world = World::proxy().await;
    let lines = "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let head = world
        .request("GET", "/websocket", lines, "")
        .replace("close", "upgrade");
    let mut stream = TcpStream::connect(world.gate.address()).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let answer = read_until(&mut stream, "\r\n\r\n")
        .await
        .to_ascii_lowercase();
    assert!(answer.starts_with("http/1.1 101 "), "{answer}");
    assert!(answer.contains("upgrade: websocket\r\n"), "{answer}");
    stream.write_all(b"hello").await.unwrap();
    read_until(&mut stream, "HELLO").await;
    let anonymous =
        format!("GET /websocket HTTP/1.1\r\nHost: a\r\nConnection: close, upgrade\r\n{lines}\r\n");
    assert_eq!(world.exchange(&anonymous).await.status, 401);
}

#[tokio::test]
async fn an_agreement_that_was_not_requested_is_refused() {
    let world = World::proxy().await;
    assert_eq!(world.send("GET", "/websocket", "").await.status, 502);
}

fn client(http2: bool) -> Client<HttpConnector, Body> {
    Client::builder(TokioExecutor::new())
        .http2_only(http2)
        .build(HttpConnector::new())
}

/// An honest request over the client of hyper.
fn request(world: &World, method: &str, path: &str, body: Body) -> Request<Body> {
    let token = world.token();
    let (head, ()) = world
        .client
        .request(method, &format!("{ORIGIN}{path}"), &token)
        .into_parts();
    let mut request = Request::from_parts(head, body);
    let url = format!("http://{}{path}", world.gate.address());
    *request.uri_mut() = url.parse().unwrap();
    request
}

fn body_with_trailers() -> Body {
    let mut trailers = HeaderMap::new();
    for (name, value) in [
        ("x-checksum", "1"),
        ("x-auth-subject", "root"),
        ("client-cert", "root"),
        ("dpop", "root"),
    ] {
        trailers.insert(name, HeaderValue::from_static(value));
    }
    let frames = [
        Ok::<_, Infallible>(Frame::data(Bytes::from("abc"))),
        Ok(Frame::trailers(trailers)),
    ];
    StreamBody::new(tokio_stream::iter(frames)).boxed_unsync()
}

#[tokio::test]
async fn http2_passes_with_its_trailers() {
    let world = World::proxy_with("protocol = \"http2\"").await;
    let client = client(true);
    let mut sent = request(&world, "POST", "/", body_with_trailers());
    *sent.version_mut() = Version::HTTP_2;
    sent.headers_mut().remove("host");
    sent.headers_mut()
        .insert("te", HeaderValue::from_static("trailers"));
    sent.headers_mut()
        .append("cookie", HeaderValue::from_static("a=b"));
    sent.headers_mut()
        .append("cookie", HeaderValue::from_static("c=d"));
    let response = client.request(sent).await.unwrap();
    assert_eq!(response.status(), 200);
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let received: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(received["version"], "HTTP/2.0");
    assert_eq!(received["body"], "abc");
    assert_eq!(received["headers"]["te"], "trailers");
    assert_eq!(received["headers"]["cookie"], "a=b; c=d");
    // An upstream may take trailers for header fields.
    assert_eq!(received["trailers"], serde_json::json!({"x-checksum": "1"}));

    let mut sent = request(&world, "GET", "/trailers", full(""));
    sent.headers_mut().remove("host");
    let response = client.request(sent).await.unwrap();
    assert_eq!(response.status(), 200);
    let collected = response.into_body().collect().await.unwrap();
    let trailers = collected.trailers().unwrap();
    assert_eq!(trailers["grpc-status"], "0");
    assert!(!trailers.contains_key("dpop-nonce"));
}

#[tokio::test]
async fn http2_clients_reach_an_http1_upstream() {
    let world = World::proxy().await;
    let mut sent = request(&world, "GET", "/a", full(""));
    sent.headers_mut().remove("host");
    let response = client(true).request(sent).await.unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let received: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(
        (&received["version"], &received["uri"]),
        (&"HTTP/1.1".into(), &"/a".into())
    );
    assert_eq!(received["headers"]["via"], "2.0 sender-constraint-gate");
}

#[tokio::test]
async fn connections_are_kept() {
    let world = World::proxy().await;
    let mut stream = TcpStream::connect(world.gate.address()).await.unwrap();
    for _ in 0..3 {
        let head = world
            .request("GET", "/no-content", "", "")
            .replace("Connection: close\r\n", "");
        stream.write_all(head.as_bytes()).await.unwrap();
        let answer = read_until(&mut stream, "\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 204 "), "{answer}");
    }
}

#[tokio::test]
async fn stopping_completes_what_is_under_way() {
    let world = World::proxy().await;
    let mut stream = TcpStream::connect(world.gate.address()).await.unwrap();
    let head = world.request(
        "POST",
        "/echo",
        "Transfer-Encoding: chunked\r\n",
        "3\r\nabc\r\n",
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    read_until(&mut stream, "3\r\nabc\r\n").await;
    let address = world.gate.address().to_owned();
    let ending = async {
        // It listens no more, and the open connection goes on.
        while TcpStream::connect(&address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        stream.write_all(b"2\r\nde\r\n0\r\n\r\n").await.unwrap();
        read_until(&mut stream, "2\r\nde\r\n0\r\n\r\n").await;
        drop(stream);
    };
    tokio::join!(world.gate.stop(), ending);
}

#[tokio::test]
async fn connections_beyond_the_limit_wait() {
    let world = World::proxy_with("[limits]\nconnections = 1").await;
    let first = TcpStream::connect(world.gate.address()).await.unwrap();
    let request = world.request("GET", "/no-content", "", "");
    let waiting = world.exchange(&request);
    tokio::pin!(waiting);
    let early = tokio::time::timeout(Duration::from_millis(100), &mut waiting).await;
    assert!(early.is_err(), "{early:?}");
    drop(first);
    assert_eq!(waiting.await.status, 204);
}
