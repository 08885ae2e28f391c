//! How the example `resource_server` stops: no request that a client has sent is lost (RFC 9112 section 9.6).

use super::shutdown;
use std::io::{ErrorKind, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::common::World;
use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::{Request, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use sender_constraint::cert::Peer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

#[tokio::test]
async fn d3_requests_on_idle_connections_are_answered_after_the_signal() {
    let mut server = Server::start(LONG).await;
    let mut clients = Vec::new();
    for _ in 0..300 {
        let mut client = server.connect().await;
        client.write_all(STRANGER.as_bytes()).await.unwrap();
        let first = head(&mut client).await;
        assert!(first.starts_with("HTTP/1.1 401 "), "{first}");
        assert!(!first.contains("connection: close"), "{first}");
        clients.push(client);
    }
    let later = clients.split_off(150);
    // Nothing yields to the server here, so that these requests lie unread when it learns of the signal.
    for (nth, client) in clients.iter().enumerate() {
        let request = server.request(nth);
        let written = client.try_write(request.as_bytes()).unwrap();
        assert_eq!(written, request.len());
    }
    server.signal();
    server.refuses_connections().await;
    for (nth, client) in later.iter().enumerate() {
        let written = client.try_write(server.request(nth).as_bytes()).unwrap();
        assert!(written > 0);
    }
    for (nth, mut client) in clients.into_iter().chain(later).enumerate() {
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        let status = if nth.is_multiple_of(2) { "200" } else { "401" };
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{answer}"
        );
        assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
        assert_eq!(answer.ends_with("\r\n\r\nserved"), status == "200");
    }
    server.ends().await;
}

#[tokio::test]
async fn d3_request_on_a_connection_not_yet_accepted_is_answered() {
    let mut server = Server::start(LONG).await;
    // Blocks the only thread: the kernel accepts, the server cannot.
    let mut client = std::net::TcpStream::connect(server.address).unwrap();
    client.write_all(STRANGER.as_bytes()).unwrap();
    client.set_nonblocking(true).unwrap();
    server.signal();
    let mut client = TcpStream::from_std(client).unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    drop(client);
    server.ends().await;
}

#[tokio::test]
async fn d3_request_in_flight_is_answered() {
    let mut server = Server::start(LONG).await;
    let mut client = server.connect().await;
    client.write_all(SLOW.as_bytes()).await.unwrap();
    server.is_busy.notified().await;
    server.signal();
    server.refuses_connections().await;
    server.release.notify_one();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\nslow"), "{answer}");
    server.ends().await;
}

#[tokio::test]
async fn d3_grace_period_ends_for_all_connections() {
    let mut server = Server::start(SHORT).await;
    let mut silent = server.connect().await;
    let mut idle = server.connect().await;
    idle.write_all(STRANGER.as_bytes()).await.unwrap();
    head(&mut idle).await;
    let mut slow = server.connect().await;
    slow.write_all(SLOW.as_bytes()).await.unwrap();
    server.is_busy.notified().await;
    server.signal();
    assert_eq!(idle.read(&mut [0]).await.unwrap(), 0);
    assert_eq!(silent.read(&mut [0]).await.unwrap(), 0);
    // Nobody releases the slow request, and its client does not hang up.
    server.ends().await;
}

#[tokio::test]
async fn d3_response_outlives_an_unread_body() {
    let mut server = Server::start(LONG).await;
    let client = server.connect().await;
    let (mut reading, mut writing) = client.into_split();
    server.signal();
    let head = "POST /a HTTP/1.1\r\nHost: rs\r\nContent-Length: 4000000\r\n\r\n";
    writing.write_all(head.as_bytes()).await.unwrap();
    // A reset would make this fail, and take the response from the client.
    writing.write_all(&vec![b'x'; 4_000_000]).await.unwrap();
    let mut answer = String::new();
    reading.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    drop(writing);
    server.ends().await;
}

#[tokio::test]
async fn d3_http2_requests_in_flight_are_answered_before_the_connection_ends() {
    let mut server = Server::start(LONG).await;
    let io = TokioIo::new(server.connect().await);
    let handshake = hyper::client::conn::http2::handshake(TokioExecutor::new(), io);
    let (mut client, connection) = handshake.await.unwrap();
    let connection = tokio::spawn(connection);
    let request = Request::get("http://rs/slow").body(Body::empty()).unwrap();
    let slow = tokio::spawn(client.send_request(request));
    server.is_busy.notified().await;
    server.signal();
    server.refuses_connections().await;
    server.release.notify_one();
    let answer = slow.await.unwrap().unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    drop(answer);
    // By the server's GOAWAY: `client` still holds the connection.
    connection.await.unwrap().unwrap();
    assert!(client.is_closed());
    server.ends().await;
}

/// The listener of the example in front of a guarded service, and a service without guard that waits.
struct Server {
    world: World,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<()>,
    is_busy: Arc<Notify>,
    release: Arc<Notify>,
}

impl Server {
    async fn start(grace: Duration) -> Self {
        let world = World::new();
        let (is_busy, release) = <(Arc<Notify>, Arc<Notify>)>::default();
        let (busy, released) = (Arc::clone(&is_busy), Arc::clone(&release));
        let slow = async move || {
            busy.notify_one();
            released.notified().await;
            "slow"
        };
        let app = Router::new()
            .route("/a", get("served"))
            .layer(world.guard.layer())
            .route("/slow", get(slow));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let stopped = async { drop(stopped.await) };
        let serving = shutdown::serve(listener, Peer::tcp, app, grace, stopped);
        Self {
            world,
            address,
            stop: Some(stop),
            serving: tokio::spawn(serving),
            is_busy,
            release,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// A good request, and for odd numbers one without credentials.
    fn request(&self, nth: usize) -> String {
        if !nth.is_multiple_of(2) {
            return STRANGER.to_owned();
        }
        let token = self.world.token().sign();
        let proof = self.world.proof(&token).sign();
        format!(
            "GET /a HTTP/1.1\r\nHost: rs\r\nAuthorization: DPoP {token}\r\nDPoP: {proof}\r\n\r\n"
        )
    }

    fn signal(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    async fn refuses_connections(&self) {
        let refused = async {
            loop {
                // A connection that the kernel had accepted when the listener closed is reset; the next is refused.
                match TcpStream::connect(self.address).await {
                    Err(error) if error.kind() == ErrorKind::ConnectionRefused => return,
                    _ => tokio::task::yield_now().await,
                }
            }
        };
        timeout(PATIENCE, refused).await.unwrap();
    }

    async fn ends(self) {
        timeout(PATIENCE, self.serving).await.unwrap().unwrap();
    }
}

/// The head of a response without body.
async fn head(client: &mut TcpStream) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        head.push(char::from(client.read_u8().await.unwrap()));
    }
    head
}

const STRANGER: &str = "GET /a HTTP/1.1\r\nHost: rs\r\n\r\n";
const SLOW: &str = "GET /slow HTTP/1.1\r\nHost: rs\r\n\r\n";
const SHORT: Duration = Duration::from_millis(100);
/// Longer than a test waits.
const LONG: Duration = Duration::from_secs(3600);
const PATIENCE: Duration = Duration::from_secs(30);
