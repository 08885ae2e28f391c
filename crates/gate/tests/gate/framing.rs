//! Responses of an upstream whose end is ambiguous, or whose body is still encoded.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::upstream::Upstream;
use super::world::{Answer, World};

async fn response(fields: &str, body: &str) -> Answer {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let world = World::before(Upstream::at(&listener), "").await;
    let upstream = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut read = Vec::new();
        while !read.ends_with(b"\r\n\r\n") {
            read.push(stream.read_u8().await.unwrap());
        }
        let text = format!("HTTP/1.1 200 OK\r\nConnection: close\r\n{fields}\r\n{body}");
        stream.write_all(text.as_bytes()).await.unwrap();
    };
    tokio::join!(world.send("GET", "/", ""), upstream).0
}

#[tokio::test]
async fn responses_end_in_one_way() {
    let chunks = "5\r\nabcde\r\n0\r\n\r\n";
    for (fields, status) in [
        ("Transfer-Encoding: chunked\r\n", 200),
        ("Transfer-Encoding: chunked\r\nContent-Length: 2\r\n", 502),
        ("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", 502),
        ("Transfer-Encoding: gzip, chunked\r\n", 502),
        ("Transfer-Encoding: chunked, chunked\r\n", 502),
        ("Transfer-Encoding: chunked, gzip\r\n", 502),
        ("Transfer-Encoding: gzip\r\n", 502),
    ] {
        assert_eq!(response(fields, chunks).await.status, status, "{fields}");
    }
}
