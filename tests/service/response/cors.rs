//! The names in `sender_constraint::cors`, with a CORS layer outside of the guard.

use std::convert::Infallible;

use crate::common::*;
use http::header::{CACHE_CONTROL, ORIGIN as FROM, VARY};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use sender_constraint::cors::{EXPOSED_HEADERS, REQUEST_HEADERS};
use sender_constraint::future::MaybeReady;
use sender_constraint::proof::{NonceSecrets, Nonces};
use sender_constraint::replay::{Insertion, ReplayError, ReplayStore, UsedProof};
use tower::{Layer as _, ServiceExt as _, service_fn};
use tower_http::cors::CorsLayer;

#[tokio::test]
async fn dpop_95_a_preflight_allows_what_a_page_sends() {
    let world = World::new();
    for credentials in [false, true] {
        let response = send(&world, preflight(PAGE), credentials).await;
        assert_eq!(response.status(), StatusCode::OK);
        let headers = response.headers();
        assert_eq!(headers["access-control-allow-origin"], PAGE);
        let allowed = names(headers, "access-control-allow-headers");
        let sent = world.good_request();
        assert!(sent.headers().len() >= 2);
        for name in sent.headers().keys() {
            assert!(allowed.contains(name), "{name} in {allowed:?}");
        }
        let has_credentials = headers.contains_key("access-control-allow-credentials");
        assert_eq!(has_credentials, credentials);
    }
}

#[tokio::test]
async fn dpop_95_a_preflight_of_another_origin_receives_no_permission() {
    let world = World::new();
    for origin in [
        "https://other.example.com",
        "https://app.example.com.other.example.com",
        "http://app.example.com",
        "https://app.example.com:8443",
        "null",
    ] {
        let response = send(&world, preflight(origin), false).await;
        let headers = response.headers();
        assert!(!headers.contains_key("access-control-allow-origin"));
        assert!(names(headers, VARY.as_str()).contains(&FROM), "{origin}");
    }
}

/// A page that cannot read one of them repeats a request that cannot succeed, or gives DPoP up.
#[tokio::test]
async fn thr_40_a_page_can_read_every_header_of_a_refusal() {
    let world = World::new();
    let full = World::with_dpop(|dpop| dpop.replay_store(OverItsShare));
    let nonces = Nonces::required(NonceSecrets::random().unwrap());
    let demanding = World::with_dpop(|dpop| dpop.nonces(nonces));
    let mut seen = Vec::new();
    for credentials in [false, true] {
        for (world, request, status) in [
            (&world, request("", ""), 401),
            (&world, request("DPoP a.b.c", ""), 401),
            (&world, late(&world), 401),
            (&demanding, demanding.good_request(), 401),
            (&full, full.good_request(), 429),
        ] {
            let response = send(world, from_page(request), credentials).await;
            assert_eq!(response.status(), status);
            let exposed = names(response.headers(), "access-control-expose-headers");
            for name in response.headers().keys().filter(|name| !is_readable(name)) {
                assert!(exposed.contains(name), "{name} in {exposed:?}");
                // The guard exposes some itself; behind a gateway that replaces them, the names must be complete.
                assert!(EXPOSED_HEADERS.contains(name), "{name}");
                seen.push(name.clone());
            }
        }
    }
    for name in EXPOSED_HEADERS {
        assert!(seen.contains(&name), "{name} was in no refusal");
    }
}

/// Through the layer of the crate's documentation.
async fn send(world: &World, request: Request<()>, credentials: bool) -> Response<String> {
    let cors = CorsLayer::new()
        .allow_origin([HeaderValue::from_static(PAGE)])
        .allow_methods([Method::GET])
        .allow_headers(REQUEST_HEADERS)
        .expose_headers(EXPOSED_HEADERS)
        .allow_credentials(credentials);
    let inner = |_: Request<()>| async { Ok::<_, Infallible>(Response::new("served".to_owned())) };
    let service = cors.layer(world.guard.layer().layer(service_fn(inner)));
    service.oneshot(request).await.unwrap()
}

fn preflight(origin: &'static str) -> Request<()> {
    let request = Request::options("/a").header(FROM, origin);
    let request = request.header("access-control-request-method", "GET");
    let request = request.header("access-control-request-headers", "authorization,dpop");
    request.body(()).unwrap()
}

fn from_page(mut request: Request<()>) -> Request<()> {
    let page = HeaderValue::from_static(PAGE);
    request.headers_mut().insert(FROM, page);
    request
}

/// The proof of a client whose clock is an hour behind.
fn late(world: &World) -> Request<()> {
    let token = world.token().sign();
    let proof = world.proof(&token).claim("iat", NOW - 3600).sign();
    request(&format!("DPoP {token}"), &proof)
}

/// Scripts read these without permission (Fetch standard, "CORS-safelisted response-header name"), or the browser alone.
fn is_readable(name: &HeaderName) -> bool {
    *name == CACHE_CONTROL || *name == VARY || name.as_str().starts_with("access-control-")
}

fn names(headers: &HeaderMap, name: &str) -> Vec<HeaderName> {
    let lines = headers.get_all(name).iter();
    let names = lines.flat_map(|line| line.to_str().unwrap().split(','));
    names.map(|name| name.trim().parse().unwrap()).collect()
}

#[derive(Debug)]
struct OverItsShare;

impl ReplayStore for OverItsShare {
    fn insert<'a>(&'a self, _: &'a UsedProof) -> MaybeReady<'a, Result<Insertion, ReplayError>> {
        MaybeReady::ready(Err(ReplayError::PrincipalShareUsed { share: 64 }))
    }
}

const PAGE: &str = "https://app.example.com";
