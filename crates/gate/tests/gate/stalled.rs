//! Clients and upstreams that stop: each holds a request and its connections no longer than its limit.

use std::convert::Infallible;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::client::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::upstream::{Body, Upstream, full};
use super::world::{Answer, ORIGIN, World, soon};

const LIMITS: &str = "response_seconds = 1\n[limits]\nidle_seconds = 1";

/// An honest request for HTTP/2.
fn request(world: &World) -> http::Request<Body> {
    let token = world.token();
    let request = world.client.request("GET", &format!("{ORIGIN}/"), &token);
    let mut request = request.map(|()| full(Bytes::new()));
    request.headers_mut().remove("host");
    request
}

/// Reads the head of a request, and no more.
async fn accept(listener: &TcpListener) -> TcpStream {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut read = Vec::new();
    while !read.ends_with(b"\r\n\r\n") {
        read.push(stream.read_u8().await.unwrap());
    }
    stream
}

#[tokio::test]
async fn a_response_that_an_http2_client_does_not_take_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let world = World::before(Upstream::at(&listener), LIMITS).await;
    let tcp = TcpStream::connect(world.gate.address()).await.unwrap();
    let client = http2::Builder::new(TokioExecutor::new())
        .initial_stream_window_size(0)
        .handshake(TokioIo::new(tcp));
    let (mut sender, connection) = client.await.unwrap();
    tokio::spawn(connection);
    let upstream = async {
        let mut stream = accept(&listener).await;
        let head = b"HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\nbegin";
        stream.write_all(head).await.unwrap();
        // The gate closes the connection to the upstream, which waits to send more.
        drop(soon(stream.read_u8()).await.expect("an end"));
    };
    let (response, ()) = tokio::join!(sender.send_request(request(&world)), upstream);
    let response = response.unwrap();
    assert_eq!(response.status(), 200);
    let body = soon(response.into_body().collect()).await.unwrap();
    let error = format!("{:?}", body.unwrap_err());
    assert!(error.contains("CANCEL"), "{error}");
}

#[tokio::test]
async fn a_small_window_of_an_http2_client_delays_a_response_and_loses_nothing() {
    let world = World::proxy_with(LIMITS).await;
    let tcp = TcpStream::connect(world.gate.address()).await.unwrap();
    let client = http2::Builder::new(TokioExecutor::new())
        .initial_stream_window_size(1000)
        .handshake(TokioIo::new(tcp));
    let (mut sender, connection) = client.await.unwrap();
    tokio::spawn(connection);
    let sent = Bytes::from("0123456789abcdef".repeat(8192));
    let (token, url) = (world.token(), format!("{ORIGIN}/echo"));
    let request = world.client.request("POST", &url, &token);
    let mut request = request.map(|()| full(sent.clone()));
    request.headers_mut().remove("host");
    let response = sender.send_request(request).await.unwrap();
    let received = response.into_body().collect().await.unwrap();
    assert_eq!(received.to_bytes(), sent);
}

#[tokio::test]
async fn an_http2_connection_without_requests_is_closed() {
    let world = World::proxy_with(LIMITS).await;
    let tcp = TcpStream::connect(world.gate.address()).await.unwrap();
    let client = http2::handshake(TokioExecutor::new(), TokioIo::new(tcp));
    let (mut sender, connection) = client.await.unwrap();
    let connection = tokio::spawn(connection);
    let response = sender.send_request(request(&world)).await.unwrap();
    assert_eq!(response.status(), 200);
    drop(response.into_body().collect().await.unwrap());
    // Gracefully, although the client would go on.
    let ended = soon(connection).await.expect("an end");
    ended.unwrap().unwrap();
    assert!(sender.ready().await.unwrap_err().is_closed());
}

#[tokio::test]
async fn an_http1_connection_without_requests_is_closed_after_the_limit_of_a_head() {
    let world = World::proxy_with("[limits]\nheader_seconds = 1\nidle_seconds = 600").await;
    let mut tcp = TcpStream::connect(world.gate.address()).await.unwrap();
    let request = world.request("GET", "/no-content", "", "");
    let request = request.replace("Connection: close\r\n", "");
    tcp.write_all(request.as_bytes()).await.unwrap();
    let mut read = Vec::new();
    soon(tcp.read_to_end(&mut read))
        .await
        .expect("an end")
        .unwrap();
    let text = String::from_utf8(read).unwrap();
    assert!(
        text.starts_with("HTTP/1.1 204 ") && text.ends_with("\r\n\r\n"),
        "{text}"
    );
    assert_eq!(text.matches("HTTP/1.1 ").count(), 1, "{text}");
}

#[tokio::test]
async fn an_upstream_that_reads_nothing_of_an_upload_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let world = World::before(Upstream::at(&listener), LIMITS).await;
    let tcp = TcpStream::connect(world.gate.address()).await.unwrap();
    let (mut read, mut write) = tcp.into_split();
    let head = world.request("POST", "/", "Transfer-Encoding: chunked\r\n", "");
    write.write_all(head.as_bytes()).await.unwrap();
    let upload = tokio::spawn(async move {
        let chunk = format!("10000\r\n{}\r\n", "a".repeat(0x10000));
        while write.write_all(chunk.as_bytes()).await.is_ok() {}
    });
    let stalled = accept(&listener).await;
    let mut response = Vec::new();
    let head = async {
        while !response.ends_with(b"\r\n\r\n") {
            response.push(read.read_u8().await.unwrap());
        }
    };
    soon(head).await.expect("a response");
    assert_eq!(Answer::of(&response).status, 504);
    upload.abort();
    drop(stalled);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_upload_ends_with_an_upstream_that_has_responded_and_reads_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let world = World::before(Upstream::at(&listener), LIMITS).await;
    let tcp = TcpStream::connect(world.gate.address()).await.unwrap();
    let (mut read, mut write) = tcp.into_split();
    let head = world.request("POST", "/", "Transfer-Encoding: chunked\r\n", "");
    let head = head.replace("Connection: close\r\n", "");
    write.write_all(head.as_bytes()).await.unwrap();
    let upload = tokio::spawn(async move {
        let chunk = format!("10000\r\n{}\r\n", "a".repeat(0x10000));
        while write.write_all(chunk.as_bytes()).await.is_ok() {}
    });
    let mut stalled = accept(&listener).await;
    let response = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n";
    stalled.write_all(response).await.unwrap();
    assert_eq!(read.read_u8().await.unwrap(), b'H');
    // The gate closes both connections.
    soon(upload).await.expect("an end").unwrap();
    let mut rest = Vec::new();
    let ended = soon(stalled.read_to_end(&mut rest)).await;
    drop(ended.expect("an end"));
}

/// An HTTP/2 upstream that responds, and keeps its window at zero: its connection is not stalled.
#[tokio::test]
async fn an_upload_that_an_http2_upstream_does_not_take_ends_after_its_response() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let more = format!("protocol = \"http2\"\n{LIMITS}");
    let world = World::before(Upstream::at(&listener), &more).await;
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let service = service_fn(|request: http::Request<Incoming>| {
            // Without an end of the request's body.
            std::mem::forget(request);
            std::future::ready(Ok::<_, Infallible>(http::Response::new(full("a"))))
        });
        let server = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
            .initial_stream_window_size(1)
            .serve_connection(TokioIo::new(stream), service);
        drop(server.await);
    });
    let tcp = TcpStream::connect(world.gate.address()).await.unwrap();
    let (mut read, mut write) = tcp.into_split();
    let head = world.request("POST", "/", "Transfer-Encoding: chunked\r\n", "");
    write.write_all(head.as_bytes()).await.unwrap();
    let upload = async {
        let chunk = format!("10000\r\n{}\r\n", "a".repeat(0x10000));
        while write.write_all(chunk.as_bytes()).await.is_ok() {}
    };
    soon(upload).await.expect("an end");
    assert_eq!(read.read_u8().await.unwrap(), b'H');
}

#[tokio::test]
async fn a_client_that_stops_sending_is_given_up_before_any_upstream() {
    for protocol in ["http1", "http2"] {
        let world = World::proxy_with(&format!("protocol = \"{protocol}\"\n{LIMITS}")).await;
        let begun = world.request("POST", "/", "Content-Length: 10\r\n", "abc");
        let answer = soon(world.exchange(&begun)).await.unwrap();
        assert_eq!(answer.status, 408, "{protocol}: {answer:?}");
        let chunked = world.request("POST", "/", "Transfer-Encoding: chunked\r\n", "x\r\n");
        let answer = soon(world.exchange(&chunked)).await.unwrap();
        assert_eq!(answer.status, 400, "{protocol}: {answer:?}");
    }
}

#[tokio::test]
async fn a_client_that_stops_sending_is_given_up() {
    let world = World::proxy_with("[limits]\nidle_seconds = 1").await;
    let head = world.request("POST", "/", "Content-Length: 10\r\n", "abc");
    let answer = soon(world.exchange(&head)).await.unwrap();
    assert_eq!(answer.status, 408, "{answer:?}");
}
