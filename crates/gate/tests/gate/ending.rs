//! Responses and WebSockets that end with the token of their request.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use sender_constraint::time::{Clock, Timestamp};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::world::{ORIGIN, World};

/// The clock of the guard, which looks at it again when the token should expire.
#[derive(Clone, Debug)]
struct SetClock(Arc<Mutex<Timestamp>>);

impl SetClock {
    /// A little before `end`.
    fn before(end: u64) -> Self {
        let end = Timestamp::from_unix_seconds(end);
        Self(Arc::new(Mutex::new(end.saturating_sub(LEFT))))
    }

    fn advance(&self) {
        let mut now = self.0.lock().unwrap();
        *now = now.saturating_add(LEFT);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

const LEFT: Duration = Duration::from_millis(50);
/// The default of `tokens.leeway_seconds`.
const LEEWAY: u64 = 30;

/// Now, in seconds. It is the end of each token here, with the leeway.
fn now() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.unwrap().as_secs()
}

fn request(world: &World, path: &str, lines: &str, end: u64) -> String {
    let expiry = end - LEEWAY;
    let token = world.issuer.token(ORIGIN).bound_to(world.client.key());
    let token = token.claim("iat", expiry - 60).claim("exp", expiry).sign();
    let proof = world
        .client
        .proof("GET", &format!("{ORIGIN}{path}"), &token);
    let proof = proof.sign();
    format!(
        "GET {path} HTTP/1.1\r\nHost: api.example.com\r\nAuthorization: DPoP {token}\r\nDPoP: {proof}\r\n{lines}\r\n"
    )
}

const WEBSOCKET: &str = "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// A response that has begun.
struct Begun {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Begun {
    /// Sends a request, and reads until `begin` has come.
    async fn new(world: &World, (path, lines, begin): (&str, &str, &str), end: u64) -> Self {
        let mut stream = TcpStream::connect(world.gate.address()).await.unwrap();
        let request = request(world, path, lines, end);
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut read = Vec::new();
        while !read.ends_with(begin.as_bytes()) {
            read.push(stream.read_u8().await.expect("more bytes"));
        }
        Self { stream, read }
    }

    /// What comes until the gate ends the response, or `None` if it goes on for this time.
    async fn whole(mut self, time: Duration) -> Option<String> {
        let ended = timeout(time, async {
            // A client keeps the connection after a whole response.
            while !self.read.ends_with(b"\r\n0\r\n\r\n") {
                match self.stream.read_buf(&mut self.read).await {
                    Ok(0) | Err(_) => break,
                    Ok(_) => {}
                }
            }
        })
        .await;
        ended.ok().map(|()| String::from_utf8(self.read).unwrap())
    }
}

const EVENTS: (&str, &str, &str) = ("/events", "", "begin\r\n");
const ENDLESS: (&str, &str, &str) = ("/endless", "", "begin\r\n");
const TUNNEL: (&str, &str, &str) = ("/websocket", WEBSOCKET, "\r\n\r\n");

#[tokio::test]
async fn long_responses_end_with_their_token() {
    let end = now();
    let clock = SetClock::before(end);
    let world = World::proxy_with_clock(clock.clone(), "").await;
    let begun = [EVENTS, ENDLESS, TUNNEL].map(|sent| Begun::new(&world, sent, end));
    let [events, endless, websocket] = begun;
    let (events, endless, websocket) = tokio::join!(events, endless, websocket);
    clock.advance();
    let soon = Duration::from_secs(8);
    let (events, endless, websocket) = tokio::join!(
        events.whole(soon),
        endless.whole(soon),
        websocket.whole(soon)
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
    let end = now();
    let clock = SetClock::before(end);
    let setting = "[policy]\nlet_responses_outlive_tokens = true";
    let world = World::proxy_with_clock(clock.clone(), setting).await;
    let events = Begun::new(&world, EVENTS, end).await;
    let mut websocket = Begun::new(&world, TUNNEL, end).await;
    clock.advance();
    // Long enough for the guard to have looked at its clock.
    assert_eq!(events.whole(4 * LEFT).await, None);
    websocket.stream.write_all(b"a").await.unwrap();
    assert_eq!(websocket.stream.read_u8().await.unwrap(), b'A');
}
