//! The limits of a head: its bytes, and its fields.

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;

use super::upstream::full;
use super::world::{ORIGIN, World};

#[tokio::test]
async fn the_head_has_limits() {
    let world = World::proxy_with("[limits]\nheader_bytes = 8192\nheaders = 16").await;
    // Six lines are those of an honest request.
    let lines = |number: usize| "X-A: 1\r\n".repeat(number);
    assert_eq!(world.send("GET", "/", &lines(12)).await.status, 200);
    assert_eq!(world.send("GET", "/", &lines(13)).await.status, 431);
    let long = |length: usize| format!("X-A: {}\r\n", "a".repeat(length));
    assert_eq!(world.send("GET", "/", &long(4096)).await.status, 200);
    assert_eq!(world.send("GET", "/", &long(16_384)).await.status, 431);
}

/// hyper counts the fields of HTTP/1.1 alone.
#[tokio::test]
async fn the_number_of_fields_has_the_same_limit_with_http2() {
    let world = World::proxy_with("[limits]\nheaders = 16").await;
    let tcp = TcpStream::connect(world.gate.address()).await.unwrap();
    let client = http2::Builder::new(TokioExecutor::new()).handshake(TokioIo::new(tcp));
    let (mut sender, connection) = client.await.unwrap();
    tokio::spawn(connection);
    for (number, status) in [(16, 200), (17, 431)] {
        let (token, url) = (world.token(), format!("{ORIGIN}/"));
        let request = world.client.request("GET", &url, &token);
        let mut request = request.map(|()| full(Bytes::new()));
        let headers = request.headers_mut();
        headers.remove("host");
        while headers.len() < number {
            headers.append("x-a", http::HeaderValue::from_static("1"));
        }
        let response = sender.send_request(request).await.unwrap();
        assert_eq!(response.status(), status, "{number}");
        let _ = response.into_body().collect().await.unwrap();
    }
}
