//! The guard around a tonic server, as a tonic client sees it.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::SocketAddr;
use std::task::{Context, Poll};

use crate::common::*;
use http::{Request, Response, Uri};
use sender_constraint::future::MaybeReady;
use sender_constraint::proof::{Dpop, NonceSecrets, Nonces};
use sender_constraint::replay::{Insertion, ReplayError, ReplayStore, UsedProof};
use sender_constraint::{Guard, GuardBuilder, Unavailable};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::body::Body;
use tonic::metadata::{MetadataMap, MetadataValue};
use tonic::server::NamedService;
use tonic::service::{LayerExt as _, Routes};
use tonic::transport::{Channel, Server};
use tonic::{Code, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;
use tower::ServiceExt as _;

#[tokio::test]
async fn dpop_32_call_is_a_post_to_its_full_name() {
    let (world, mut client) = serve(|builder| builder).await;
    assert_eq!(
        call(&mut client, &credentials(&world)).await.unwrap(),
        SERVING
    );
    for (claim, value) in [
        ("htm", "GET"),
        ("htu", "https://rs.example.com/grpc.health.v1.Health/Watch"),
        ("htu", "https://rs.example.com/"),
    ] {
        let token = world.token().sign();
        let proof = proof(&world, &token).claim(claim, value).sign();
        let status = call(&mut client, &headers(&token, &proof))
            .await
            .unwrap_err();
        assert_eq!(status.code(), Code::Unauthenticated, "{claim} {value}");
    }
}

#[tokio::test]
async fn one_service_is_guarded_beside_public_ones() {
    let world = World::new();
    let (_, health) = tonic_health::server::health_reporter();
    let guarded = world.guard.layer().named_layer(health);
    let routes = Routes::new(Public).add_service(guarded);
    for (path, status) in [
        ("/test.Public/Call", 200),
        ("/grpc.health.v1.Health/Check", 401),
    ] {
        let request = Request::post(path).header("content-type", "application/grpc");
        let request = request.body(Body::empty()).unwrap();
        let response = routes.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), status, "{path}");
    }
    let [(_, token), (_, proof)] = credentials(&world);
    let request = Request::post("/grpc.health.v1.Health/Check")
        .header("content-type", "application/grpc")
        .header("authorization", token)
        .header("dpop", proof);
    let response = routes.oneshot(request.body(Body::empty()).unwrap()).await;
    assert_eq!(response.unwrap().status(), 200);
}

/// A service without a guard.
#[derive(Clone)]
struct Public;

impl NamedService for Public {
    const NAME: &'static str = "test.Public";
}

impl tower::Service<Request<Body>> for Public {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        ready(Ok(Response::new(Body::empty())))
    }
}

#[tokio::test]
async fn dpop_32_refused_call_is_unauthenticated() {
    let (world, mut client) = serve(|builder| builder).await;
    let credentials = credentials(&world);
    assert_eq!(call(&mut client, &credentials).await.unwrap(), SERVING);
    let status = call(&mut client, &credentials).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    let status = call(&mut client, &[]).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
}

#[tokio::test]
async fn dpop_32_with_grpc_status_the_client_reads_the_challenge() {
    let (world, mut client) = serve(|builder| builder.grpc_responses()).await;
    let credentials = credentials(&world);
    assert_eq!(call(&mut client, &credentials).await.unwrap(), SERVING);
    let status = call(&mut client, &credentials).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    assert_eq!(status.message(), "invalid_dpop_proof: jti was used before");
    let algs = "DPoP algs=\"ES256 ES384 EdDSA Ed25519 PS256\"";
    let error = r#"error="invalid_dpop_proof", error_description="jti was used before""#;
    let expected = format!("{algs}, {error}");
    assert_eq!(challenges(&status), [expected]);
    assert_eq!(status.metadata().get("cache-control").unwrap(), "no-store");

    let status = call(&mut client, &[]).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    assert_eq!(status.message(), "credentials required");
    assert_eq!(challenges(&status), [algs]);
}

#[tokio::test]
async fn dpop_32_other_refusals_have_their_grpc_status_too() {
    let (world, mut client) = serve(|builder| builder.grpc_responses()).await;
    assert_eq!(
        call(&mut client, &credentials(&world)).await.unwrap(),
        SERVING
    );
    let malformed = [("authorization", "DPoP a b".to_owned())];
    let status = call(&mut client, &malformed).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    assert_eq!(status.message(), "invalid_request");
    assert!(challenges(&status)[0].contains("error=\"invalid_request\""));

    let token = world.token().sign();
    let long = headers(&token, &"a".repeat(9 * 1024));
    let status = call(&mut client, &long).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert!(challenges(&status).is_empty());
}

/// Sockets are real, time is not: it advances when all wait.
#[tokio::test(start_paused = true)]
async fn dpop_32_stream_ends_as_unauthenticated_when_its_token_expires() {
    let world = World::new();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    let (_, health) = tonic_health::server::health_reporter();
    let server = Server::builder()
        .layer(world.guard.layer().end_responses_with_access())
        .add_service(health);
    tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
    let uri: Uri = format!("http://{address}").parse().unwrap();
    let channel = Channel::builder(uri).connect().await.unwrap();
    let mut client = HealthClient::new(channel);

    let token = world.token().sign();
    let proof = world.proof(&token).claim("htm", "POST");
    let proof = proof.claim("htu", "https://rs.example.com/grpc.health.v1.Health/Watch");
    let mut request = tonic::Request::new(HealthCheckRequest::default());
    for (name, value) in headers(&token, &proof.sign()) {
        let value = MetadataValue::try_from(value).unwrap();
        request.metadata_mut().insert(name, value);
    }
    let mut watch = client.watch(request).await.unwrap().into_inner();
    let first = watch.message().await.unwrap().unwrap();
    assert_eq!(first.status, SERVING);
    world.clock.advance(10_000);
    let end = watch.message().await.unwrap_err();
    assert_eq!(end.code(), Code::Unauthenticated);
    assert_eq!(end.message(), "invalid_token: The access token expired");
}

#[tokio::test]
async fn dpop_32_44_50_a_client_reads_its_nonces_as_metadata() {
    for asks_for_grpc_status in [false, true] {
        let nonces = Nonces::required(NonceSecrets::random().unwrap());
        let dpop = Dpop::new(ORIGIN).unwrap().nonces(nonces);
        let (world, mut client) = serve_with(dpop, |builder| {
            if asks_for_grpc_status {
                builder.grpc_responses()
            } else {
                builder
            }
        })
        .await;
        let status = call(&mut client, &credentials(&world)).await.unwrap_err();
        assert_eq!(status.code(), Code::Unauthenticated);
        assert!(challenges(&status)[0].contains("error=\"use_dpop_nonce\""));
        let nonce = status.metadata().get("dpop-nonce").unwrap();
        let nonce = nonce.to_str().unwrap().to_owned();

        let token = world.token().sign();
        let with_nonce = || {
            let proof = proof(&world, &token).claim("nonce", nonce.as_str());
            headers(&token, &proof.sign())
        };
        let metadata = call_for_metadata(&mut client, &with_nonce()).await;
        let metadata = metadata.unwrap();
        assert!(metadata.get("dpop-nonce").is_none());
        world.clock.advance(60);
        let metadata = call_for_metadata(&mut client, &with_nonce()).await;
        let metadata = metadata.unwrap();
        let next = metadata.get("dpop-nonce").unwrap().to_str().unwrap();
        assert_ne!(next, nonce);
    }
}

#[tokio::test]
async fn anon_01_call_without_credentials_passes_where_that_is_allowed() {
    let (world, mut client) = serve(GuardBuilder::allow_anonymous_requests).await;
    assert_eq!(call(&mut client, &[]).await.unwrap(), SERVING);
    let credentials = credentials(&world);
    assert_eq!(call(&mut client, &credentials).await.unwrap(), SERVING);
    let replayed = call(&mut client, &credentials).await.unwrap_err();
    assert_eq!(replayed.code(), Code::Unauthenticated);
}

#[tokio::test]
async fn dpop_61_call_is_unavailable_while_the_replay_store_is() {
    for asks_for_grpc_status in [false, true] {
        let dpop = Dpop::new(ORIGIN).unwrap().replay_store(Away);
        let (world, mut client) = serve_with(dpop, |builder| {
            if asks_for_grpc_status {
                builder.grpc_responses()
            } else {
                builder
            }
        })
        .await;
        let status = call(&mut client, &credentials(&world)).await.unwrap_err();
        assert_eq!(status.code(), Code::Unavailable);
        assert!(challenges(&status).is_empty());
    }
}

/// The health service behind the layer, and a client of it.
async fn serve(
    change: impl FnOnce(GuardBuilder) -> GuardBuilder,
) -> (World, HealthClient<Channel>) {
    serve_with(Dpop::new(ORIGIN).unwrap(), change).await
}

async fn serve_with(
    dpop: Dpop,
    change: impl FnOnce(GuardBuilder) -> GuardBuilder,
) -> (World, HealthClient<Channel>) {
    let world = World::of(Key::from_seed("ES256", 0), |tokens| {
        change(Guard::builder(tokens).dpop(dpop))
    });
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    let (_, health) = tonic_health::server::health_reporter();
    let server = Server::builder()
        .layer(world.guard.layer())
        .add_service(health);
    tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
    let uri: Uri = format!("http://{address}").parse().unwrap();
    let channel = Channel::builder(uri).connect().await.unwrap();
    (world, HealthClient::new(channel))
}

/// The status of the server as a whole, or that of the call.
async fn call(
    client: &mut HealthClient<Channel>,
    headers: &[(&'static str, String)],
) -> Result<i32, Box<Status>> {
    let response = client.check(request(headers)).await.map_err(Box::new)?;
    Ok(response.into_inner().status)
}

/// The metadata of an accepted call.
async fn call_for_metadata(
    client: &mut HealthClient<Channel>,
    headers: &[(&'static str, String)],
) -> Result<MetadataMap, Box<Status>> {
    let response = client.check(request(headers)).await.map_err(Box::new)?;
    Ok(response.metadata().clone())
}

fn request(headers: &[(&'static str, String)]) -> tonic::Request<HealthCheckRequest> {
    let mut request = tonic::Request::new(HealthCheckRequest::default());
    for (name, value) in headers {
        let value = MetadataValue::try_from(value).unwrap();
        request.metadata_mut().insert(*name, value);
    }
    request
}

fn credentials(world: &World) -> [(&'static str, String); 2] {
    let token = world.token().sign();
    headers(&token, &proof(world, &token).sign())
}

fn proof(world: &World, token: &str) -> Proof {
    world
        .proof(token)
        .claim("htm", "POST")
        .claim("htu", "https://rs.example.com/grpc.health.v1.Health/Check")
}

fn headers(token: &str, proof: &str) -> [(&'static str, String); 2] {
    [
        ("authorization", format!("DPoP {token}")),
        ("dpop", proof.to_owned()),
    ]
}

fn challenges(status: &Status) -> Vec<&str> {
    let lines = status.metadata().get_all("www-authenticate").iter();
    lines.map(|line| line.to_str().unwrap()).collect()
}

/// `SERVING` of `grpc.health.v1`.
const SERVING: i32 = 1;

/// A store that does not answer.
#[derive(Debug)]
struct Away;

impl ReplayStore for Away {
    fn insert<'a>(&'a self, _: &'a UsedProof) -> MaybeReady<'a, Result<Insertion, ReplayError>> {
        MaybeReady::ready(Err(Unavailable::replay_store("away".to_owned()).into()))
    }
}
