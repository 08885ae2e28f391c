//! Requests to an axum service behind the profile: those of the conformance suite, and what the profile adds to them.

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::{Request, Response};
use sender_constraint::Rejection;
use sender_constraint::cert::{Peer, PresentedCert, TlsConnection};
use sender_constraint::proof::Mtls;
use sender_constraint::require::Require;
use sender_constraint::revocation::{DenyList, Entry};
use sender_constraint_testing::Client;
use tower::ServiceExt as _;

use super::oidf::Suite;
use super::*;

const URL: &str = "https://rs.example.com/a";

fn app(world: &World) -> Router {
    let scoped = get(|| async {}).route_layer(Require::scopes(["payments"]));
    Router::new()
        .route("/a", get(|| async { "data" }))
        .route("/scoped", scoped)
        .layer(world.guard.layer())
}

async fn send(app: &Router, request: Request<()>) -> Response<Body> {
    let request = request.map(|()| Body::empty());
    app.clone().oneshot(request).await.unwrap()
}

fn kind(response: &Response<Body>) -> &'static str {
    response.extensions().get().map_or("none", Rejection::kind)
}

#[tokio::test]
async fn oidf_01_02_03_04_05_06_07_08_09_10_11_12_13_14_15_16_17_have_the_status_of_the_suite() {
    let world = world();
    let app = app(&world);
    let token = |key: Option<&Key>| match key {
        Some(key) => Token::bound(&world.issuer, key).sign(),
        None => world.unbound_token(),
    };
    let clock = TestClock::at(NOW);
    let client = Client::with_key(world.client.clone()).with_clock(clock);
    let suite = Suite {
        client,
        url: URL,
        now: NOW,
        token: &token,
    };
    for case in suite.cases() {
        let response = send(&app, case.request).await;
        let status = response.status().as_u16();
        assert!(
            case.statuses.contains(&status),
            "{}: {status}, {}",
            case.name,
            kind(&response)
        );
    }
    // OIDF-13
    let [first, second] = suite.same_twice();
    assert_eq!(send(&app, first).await.status(), 200);
    let second = send(&app, second).await;
    assert_eq!(
        (second.status().as_u16(), kind(&second)),
        (401, "proof_replayed")
    );
}

#[tokio::test]
async fn fapi_12_a_copied_request_is_refused() {
    let world = world();
    let app = app(&world);
    let (token, proof) = world.token_and_proof();
    let request = || request(&format!("DPoP {token}"), &proof);
    assert_eq!(send(&app, request()).await.status(), 200);
    let copied = send(&app, request()).await;
    assert_eq!(
        (copied.status().as_u16(), kind(&copied)),
        (401, "proof_replayed")
    );
}

#[tokio::test]
async fn fapi_02_both_schemes_are_accepted_in_the_header() {
    let world = world_with(|builder| builder.mtls(Mtls::new(TlsConnection)));
    let app = app(&world);
    let by_key = on_connection(world.good_request());
    assert_eq!(send(&app, by_key).await.status(), 200);
    let token = Token::unbound(&world.issuer);
    let token = token.bound_to_certificate(CERTIFICATE).sign();
    let by_certificate = on_connection(request(&format!("Bearer {token}"), ""));
    assert_eq!(send(&app, by_certificate).await.status(), 200);
}

#[tokio::test]
async fn fapi_03_token_in_the_query_is_refused() {
    let world = world();
    let app = app(&world);
    let token = world.token().sign();
    for with_header in [true, false] {
        let mut request = if with_header {
            world.good_request()
        } else {
            request("", "")
        };
        *request.uri_mut() = format!("/a?access_token={token}").parse().unwrap();
        let response = send(&app, request).await;
        assert_eq!(
            (response.status().as_u16(), kind(&response)),
            (400, "credentials_query_token")
        );
    }
}

#[tokio::test]
async fn fapi_04_revoked_token_is_refused() {
    let denied = DenyList::new();
    let world = world_with(|builder| builder.deny_list(denied.clone()));
    let app = app(&world);
    assert_eq!(send(&app, world.good_request()).await.status(), 200);
    denied.deny(Entry::client(ISSUER, "app")).unwrap();
    let response = send(&app, world.good_request()).await;
    assert_eq!(
        (response.status().as_u16(), kind(&response)),
        (401, "revocation_denied")
    );
}

#[tokio::test]
async fn fapi_05_insufficient_scope_is_403() {
    let world = world();
    let token = world.token().sign();
    let proof = world
        .proof(&token)
        .claim("htu", format!("{ORIGIN}/scoped"))
        .sign();
    let mut request = request(&format!("DPoP {token}"), &proof);
    *request.uri_mut() = "/scoped".parse().unwrap();
    let response = send(&app(&world), request).await;
    assert_eq!(response.status(), 403);
    let challenge = response.headers()["www-authenticate"].to_str().unwrap();
    assert!(
        challenge.contains("error=\"insufficient_scope\""),
        "{challenge}"
    );
    assert!(response.headers().contains_key("x-fapi-interaction-id"));
}

#[tokio::test]
async fn fapi_06_unbound_token_is_refused_under_each_scheme() {
    let world = world_with(|builder| builder.mtls(Mtls::new(TlsConnection)));
    let app = app(&world);
    let token = world.unbound_token();
    let bearer = send(&app, on_connection(request(&format!("Bearer {token}"), ""))).await;
    assert_eq!(
        (bearer.status().as_u16(), kind(&bearer)),
        (401, "binding_unbound_token")
    );
    let proof = world.proof(&token).sign();
    let dpop = send(
        &app,
        on_connection(request(&format!("DPoP {token}"), &proof)),
    )
    .await;
    assert_eq!(
        (dpop.status().as_u16(), kind(&dpop)),
        (401, "binding_unbound_token_as_dpop")
    );
}

/// With a client certificate.
fn on_connection(mut request: Request<()>) -> Request<()> {
    let peer = Peer::tcp("192.0.2.7:50000".parse().unwrap());
    let peer = peer.with_certificate(PresentedCert::from_der(CERTIFICATE));
    request.extensions_mut().insert(peer);
    request
}

const CERTIFICATE: &[u8] = b"a certificate";
