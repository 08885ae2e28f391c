//! A guarded hyper server on loopback, and clients that write what they are told.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::SocketAddr;

use http::{Request, Response, StatusCode, Version};
use http_body_util::Empty;
use hyper::body::{Bytes, Incoming};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use sender_constraint::Access;
use sender_constraint::require::Require;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tower::{Layer as _, Service, service_fn};

use crate::common::*;

/// A guarded service that tells whom it serves, over HTTP/1.1 and HTTP/2.
pub(crate) async fn serve() -> (World, SocketAddr) {
    let world = World::new();
    let address = serve_world(&world).await;
    (world, address)
}

pub(crate) async fn serve_world(world: &World) -> SocketAddr {
    serve_service(world.guard.layer().layer(service_fn(who))).await
}

/// The same service, with a requirement inside the guard.
pub(crate) async fn serve_layer(world: &World, require: Require) -> SocketAddr {
    serve_service(world.guard.layer().layer(require.layer(service_fn(who)))).await
}

fn who(request: Request<Incoming>) -> Ready<Result<Response<String>, Infallible>> {
    let access = request.extensions().get::<Access>();
    let subject = access.map_or("nobody", |access| access.subject().unwrap());
    let (version, path) = (request.version(), request.uri().path());
    ready(Ok(Response::new(format!("{subject} {version:?} {path}"))))
}

async fn serve_service<S>(service: S) -> SocketAddr
where
    S: Service<Request<Incoming>, Response = Response<String>, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send,
{
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = TowerToHyperService::new(service);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let service = service.clone();
            tokio::spawn(async move {
                let server = Builder::new(TokioExecutor::new());
                let served = server.serve_connection(TokioIo::new(stream), service);
                // Clients here hang up as they please.
                drop(served.await);
            });
        }
    });
    address
}

/// Both header lines for a request of `path`.
pub(crate) fn credentials(world: &World, method: &str, path: &str) -> (Vec<u8>, Vec<u8>) {
    let token = world.token().sign();
    let proof = world
        .proof(&token)
        .claim("htm", method)
        .claim("htu", format!("{ORIGIN}{path}"));
    lines_of(&token, &proof.sign())
}

pub(crate) fn lines_of(token: &str, proof: &str) -> (Vec<u8>, Vec<u8>) {
    let token = format!("Authorization: DPoP {token}");
    let proof = format!("DPoP: {proof}");
    (token.into_bytes(), proof.into_bytes())
}

pub(crate) fn host(name: &str) -> Vec<u8> {
    format!("Host: {name}").into_bytes()
}

pub(crate) struct Raw {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Raw {
    #[track_caller]
    pub(crate) fn assert_refused(&self, status: u16, error: &str) {
        assert_eq!(self.status, status, "{}", self.head);
        let error = format!("error=\"{error}\"");
        assert!(self.head.contains(&error), "{}", self.head);
    }
}

/// Writes the lines as they are and reads until the server hangs up.
pub(crate) async fn send(server: SocketAddr, line: &str, headers: &[Vec<u8>]) -> Raw {
    let mut stream = TcpStream::connect(server).await.unwrap();
    let mut bytes = line.as_bytes().to_vec();
    for header in headers {
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(header);
    }
    bytes.extend_from_slice(b"\r\nConnection: close\r\n\r\n");
    stream.write_all(&bytes).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Raw {
        status,
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

pub(crate) fn http_2(world: &World, uri: &str) -> Request<Empty<Bytes>> {
    let token = world.token().sign();
    let request = Request::get(uri)
        .version(Version::HTTP_2)
        .header("authorization", format!("DPoP {token}"))
        .header("dpop", world.proof(&token).sign());
    request.body(Empty::new()).unwrap()
}

/// The status and the challenge.
pub(crate) async fn send_2(
    server: SocketAddr,
    request: Request<Empty<Bytes>>,
) -> (StatusCode, String) {
    let stream = TokioIo::new(TcpStream::connect(server).await.unwrap());
    let executor = TokioExecutor::new();
    let (mut client, connection) = hyper::client::conn::http2::handshake(executor, stream)
        .await
        .unwrap();
    tokio::spawn(connection);
    let response = client.send_request(request).await.unwrap();
    let challenge = response.headers().get("www-authenticate");
    let challenge = challenge.map_or("", |value| value.to_str().unwrap());
    (response.status(), challenge.to_owned())
}
