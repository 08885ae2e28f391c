//! Responses that end with the access of their request: the layer with `end_responses_with_access`. Time is set.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt as _;
use sender_constraint::EndingBody;
use sender_constraint::revocation::{DenyList, Entry};
use tokio::sync::mpsc;
use tokio::time::advance;
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::common::*;

#[tokio::test(start_paused = true)]
async fn stream_ends_when_the_token_expires() {
    let world = World::new();
    let (events, mut body) = start(&world, Kind::Events).await;
    events.send("one").await.unwrap();
    assert_eq!(next(&mut body).await, Some(Ok("one".into())));
    events.send("two").await.unwrap();
    expire(&world).await;
    // Nothing is sent after the end, and the inner body is dropped.
    assert_eq!(next(&mut body).await, None);
    assert!(body.is_end_stream());
    assert!(events.is_closed());
    assert_eq!(next(&mut body).await, None);
}

#[tokio::test(start_paused = true)]
async fn silent_stream_is_woken_at_its_end() {
    let world = World::new();
    let (events, mut body) = start(&world, Kind::Events).await;
    let reader = tokio::spawn(async move { next(&mut body).await });
    tokio::task::yield_now().await;
    expire(&world).await;
    assert_eq!(reader.await.unwrap(), None);
    assert!(events.is_closed());
}

#[tokio::test(start_paused = true)]
async fn ssf_11_stream_of_a_denied_client_ends_within_a_second() {
    let list = DenyList::with_clock(TestClock::at(NOW));
    let world = World::with(|builder| builder.deny_list(list.clone()));
    let (events, mut body) = start(&world, Kind::Events).await;
    events.send("one").await.unwrap();
    assert!(next(&mut body).await.is_some());
    list.deny(Entry::client(ISSUER, "app")).unwrap();
    advance(Duration::from_secs(1)).await;
    assert_eq!(next(&mut body).await, None);
}

#[tokio::test(start_paused = true)]
async fn stream_that_ends_by_itself_is_as_it_was() {
    let world = World::new();
    let (events, mut body) = start(&world, Kind::Events).await;
    events.send("one").await.unwrap();
    drop(events);
    assert_eq!(next(&mut body).await, Some(Ok("one".into())));
    assert_eq!(next(&mut body).await, None);
    assert!(body.is_end_stream());
}

#[tokio::test(start_paused = true)]
async fn response_of_known_length_is_not_ended() {
    let world = World::new();
    for kind in [Kind::Sized, Kind::WithLength] {
        let (events, mut body) = start(&world, kind).await;
        events.send("one").await.unwrap();
        world.clock.set(NOW + 10_000);
        advance(Duration::from_secs(60)).await;
        assert_eq!(next(&mut body).await, Some(Ok("one".into())));
        world.clock.set(NOW);
    }
}

#[tokio::test(start_paused = true)]
async fn dpop_32_grpc_stream_ends_with_a_status() {
    let list = DenyList::with_clock(TestClock::at(NOW));
    let world = World::with(|builder| builder.deny_list(list.clone()));
    for (is_denied, message) in [
        (true, "invalid_token: The access token is invalid"),
        (false, "invalid_token: The access token expired"),
    ] {
        let (events, mut body) = start(&world, Kind::Grpc).await;
        events.send("one").await.unwrap();
        assert!(next(&mut body).await.is_some());
        if is_denied {
            list.deny(Entry::client(ISSUER, "app")).unwrap();
            advance(Duration::from_secs(1)).await;
        } else {
            expire(&world).await;
        }
        let trailers = next(&mut body).await.unwrap().unwrap_err();
        assert_eq!(trailers["grpc-status"], "16");
        assert_eq!(trailers["grpc-message"], message);
        assert_eq!(next(&mut body).await, None);
        list.lift(&Entry::client(ISSUER, "app"));
    }
}

#[tokio::test(start_paused = true)]
async fn no_trailers_follow_those_of_the_inner_service() {
    let world = World::new();
    let (events, mut body) = start(&world, Kind::Grpc).await;
    events.send(TRAILERS).await.unwrap();
    assert_eq!(next(&mut body).await, Some(Err(HeaderMap::new())));
    expire(&world).await;
    drop(events);
    assert_eq!(next(&mut body).await, None);
}

#[tokio::test]
async fn refusal_has_its_body_and_no_end() {
    let world = World::new();
    let layer = world.guard.layer().end_responses_with_access();
    let service = layer.layer(service_fn(|_: Request<()>| {
        std::future::ready(Ok::<_, Infallible>(Response::new(String::from("served"))))
    }));
    let response = service.oneshot(request("", "")).await.unwrap();
    assert_eq!(response.status(), 401);
    let body = response.into_body();
    assert!(body.is_end_stream());
    assert_eq!(body.size_hint().exact(), Some(0));
}

#[tokio::test(start_paused = true)]
async fn request_that_is_served_late_is_ended_by_the_token_of_its_own() {
    let world = World::new();
    let (_one, mut first) = start(&world, Kind::Events).await;
    world.clock.set(NOW + 200);
    let token = world
        .token()
        .claim("iat", NOW + 200)
        .claim("exp", NOW + 900)
        .sign();
    let proof = world.proof(&token).claim("iat", NOW + 200).sign();
    let late = request(&format!("DPoP {token}"), &proof);
    let (two, mut second) = start_with(&world, Kind::Events, late).await;
    expire(&world).await;
    assert_eq!(next(&mut first).await, None);
    two.send("still").await.unwrap();
    assert_eq!(next(&mut second).await, Some(Ok("still".into())));
}

#[cfg(feature = "axum")]
#[tokio::test(start_paused = true)]
async fn axum_serves_events_until_the_end() {
    use axum::Router;
    use axum::response::sse::{Event, Sse};
    use axum::routing::get;
    use sender_constraint::Access;
    use tokio_stream::StreamExt as _;
    use tokio_stream::wrappers::ReceiverStream;

    let world = World::new();
    let (sender, receiver) = mpsc::channel(8);
    let receiver = Arc::new(std::sync::Mutex::new(Some(receiver)));
    let events = move |_: Access| {
        let stream = ReceiverStream::new(receiver.lock().unwrap().take().unwrap());
        let stream =
            stream.map(|text: &'static str| Ok::<_, Infallible>(Event::default().data(text)));
        std::future::ready(Sse::new(stream))
    };
    let app = Router::new()
        .route("/a", get(events))
        .layer(world.guard.layer().end_responses_with_access());
    let request = world.good_request().map(|()| axum::body::Body::empty());
    let response = app.oneshot(request).await.unwrap();
    let mut body = response.into_body();
    sender.send("one").await.unwrap();
    let frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(frame, "data: one\n\n");
    expire(&world).await;
    assert!(body.frame().await.is_none());
    assert!(sender.is_closed());
}

/// Sockets are real, time is not: it advances when all wait.
#[cfg(feature = "axum")]
#[tokio::test(start_paused = true)]
async fn dpop_31_web_socket_is_accepted_at_the_handshake_and_ends_with_its_token() {
    use axum::extract::State;
    use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
    use axum::response::Response;
    use sender_constraint::{Access, Guard};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};

    async fn echo(
        State(guard): State<Guard>,
        access: Access,
        upgrade: WebSocketUpgrade,
    ) -> Response {
        upgrade.on_upgrade(async move |mut socket: WebSocket| {
            let mut end = std::pin::pin!(guard.access_end(&access));
            loop {
                tokio::select! {
                    _ = &mut end => break,
                    Some(Ok(Message::Text(text))) = socket.recv() => {
                        socket.send(Message::Text(text)).await.unwrap();
                    }
                    else => break,
                }
            }
        })
    }
    let world = World::new();
    let app = axum::Router::new()
        .route("/chat", axum::routing::any(echo))
        .layer(world.guard.layer().end_responses_with_access())
        .with_state(world.guard.clone());
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, app).into_future());

    let token = world.token().sign();
    for (htu, status) in [("other", "401"), ("chat", "101")] {
        let proof = world.proof(&token);
        let proof = proof.claim("htu", format!("{ORIGIN}/{htu}")).sign();
        let mut socket = TcpStream::connect(address).await.unwrap();
        let handshake = format!(
            "GET /chat HTTP/1.1\r\nhost: rs.example.com\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             authorization: DPoP {token}\r\ndpop: {proof}\r\n\r\n"
        );
        socket.write_all(handshake.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(socket.read_u8().await.unwrap());
        }
        let head = String::from_utf8(head).unwrap();
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{head}");
        if status == "101" {
            // A text with the mask 0 (RFC 6455 section 5.2), and its echo.
            let text = [0x81, 0x82, 0, 0, 0, 0, b'h', b'i'];
            socket.write_all(&text).await.unwrap();
            let mut answer = [0; 4];
            socket.read_exact(&mut answer).await.unwrap();
            assert_eq!(answer, [0x81, 2, b'h', b'i']);
            world.clock.advance(10_000);
            assert_eq!(socket.read(&mut answer).await.unwrap(), 0);
        }
    }
}

/// The default token's life, and the leeway of the verifier.
async fn expire(world: &World) {
    world.clock.set(NOW + 630);
    advance(Duration::from_secs(630)).await;
}

#[derive(Clone, Copy)]
enum Kind {
    Events,
    Grpc,
    Sized,
    WithLength,
}

/// Sends a good request; what the handler sends, and the body that the client receives.
async fn start(world: &World, kind: Kind) -> (mpsc::Sender<&'static str>, EndingBody<Stream>) {
    start_with(world, kind, world.good_request()).await
}

async fn start_with(
    world: &World,
    kind: Kind,
    request: Request<()>,
) -> (mpsc::Sender<&'static str>, EndingBody<Stream>) {
    let (sender, receiver) = mpsc::channel(8);
    let is_sized = matches!(kind, Kind::Sized);
    let body = Stream(Some(receiver), is_sized);
    let body = std::sync::Mutex::new(Some(body));
    let body = Arc::new(body);
    let inner = service_fn(move |_: Request<()>| {
        let mut response = Response::new(body.lock().unwrap().take().unwrap());
        let (name, value) = match kind {
            Kind::Events | Kind::Sized => ("content-type", "text/event-stream"),
            Kind::Grpc => ("content-type", "application/grpc"),
            Kind::WithLength => ("content-length", "3"),
        };
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
        std::future::ready(Ok::<_, Infallible>(response))
    });
    let layer = world.guard.layer().end_responses_with_access();
    let response = layer.layer(inner).oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    (sender, response.into_body())
}

/// The next frame: data, or trailers as the error.
async fn next(body: &mut EndingBody<Stream>) -> Option<Result<Bytes, HeaderMap>> {
    let frame = body.frame().await?.unwrap();
    Some(match frame.into_data() {
        Ok(data) => Ok(data),
        Err(frame) => Err(frame.into_trailers().unwrap()),
    })
}

/// In place of data.
const TRAILERS: &str = "trailers";

/// What the handler sends; with a length of 3 bytes if `.1`.
#[derive(Default)]
struct Stream(Option<mpsc::Receiver<&'static str>>, bool);

impl Body for Stream {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let receiver = self.0.as_mut().unwrap();
        let next = receiver.poll_recv(context);
        next.map(|text| {
            text.map(|text| match text {
                TRAILERS => Ok(Frame::trailers(HeaderMap::new())),
                _ => Ok(Frame::data(Bytes::from_static(text.as_bytes()))),
            })
        })
    }

    fn size_hint(&self) -> SizeHint {
        match self.1 {
            true => SizeHint::with_exact(3),
            false => SizeHint::default(),
        }
    }
}
