//! Responses and WebSockets that end with the token of their request.

use std::time::{Duration, SystemTime};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::world::{ORIGIN, World};

/// A request whose token is accepted for about two seconds from now on: it has expired, and the leeway of 30 s lasts.
fn request(world: &World, path: &str, lines: &str) -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let expired = now.unwrap().as_secs() - 28;
    let token = world.issuer.token(ORIGIN).bound_to(world.client.key());
    let token = token
        .claim("iat", expired - 60)
        .claim("exp", expired)
        .sign();
    let proof = world
        .client
        .proof("GET", &format!("{ORIGIN}{path}"), &token);
    let proof = proof.sign();
    format!(
        "GET {path} HTTP/1.1\r\nHost: api.example.com\r\nAuthorization: DPoP {token}\r\nDPoP: {proof}\r\n{lines}\r\n"
    )
}

const WEBSOCKET: &str = "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// What comes until the gate ends the response, or `None` if it goes on for five seconds.
async fn whole(world: &World, path: &str, lines: &str) -> Option<String> {
    let mut stream = TcpStream::connect(world.gate.address()).await.unwrap();
    stream
        .write_all(request(world, path, lines).as_bytes())
        .await
        .unwrap();
    let mut read = Vec::new();
    let ended = timeout(Duration::from_secs(5), async {
        // A client keeps the connection after a whole response.
        while !read.ends_with(b"\r\n0\r\n\r\n") {
            match stream.read_buf(&mut read).await {
                Ok(0) | Err(_) => break,
                Ok(_) => {}
            }
        }
    })
    .await;
    ended.ok().map(|()| String::from_utf8(read).unwrap())
}

#[tokio::test]
async fn long_responses_end_with_their_token() {
    let world = World::proxy().await;
    let (events, endless, websocket) = tokio::join!(
        whole(&world, "/events", ""),
        whole(&world, "/endless", ""),
        whole(&world, "/websocket", WEBSOCKET),
    );
    // Whole for a stream of events, and incomplete for another body.
    let events = events.unwrap();
    assert!(
        events.starts_with("HTTP/1.1 200 ") && events.ends_with("begin\r\n0\r\n\r\n"),
        "{events}"
    );
    let endless = endless.unwrap();
    assert!(
        endless.starts_with("HTTP/1.1 200 ") && endless.ends_with("begin\r\n"),
        "{endless}"
    );
    let websocket = websocket.unwrap();
    assert!(websocket.starts_with("HTTP/1.1 101 "), "{websocket}");
}

#[tokio::test]
async fn a_setting_lets_responses_outlive_tokens() {
    let world = World::proxy_with("[policy]\nlet_responses_outlive_tokens = true").await;
    let (events, websocket) = tokio::join!(
        whole(&world, "/events", ""),
        whole(&world, "/websocket", WEBSOCKET),
    );
    assert_eq!((events, websocket), (None, None));
}
