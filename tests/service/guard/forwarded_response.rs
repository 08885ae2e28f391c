//! What the guard changes in responses: certificate headers, and caching where a certificate was forwarded (RFC 9440
//! section 2.4). FWD-12 and 14.

use crate::common::*;
use http::{HeaderName, HeaderValue, Request};
use sender_constraint::cert::{Forwarded, Peer, PresentedCert, TlsConnection, TrustedPeers};
use sender_constraint::proof::Mtls;
use tower::ServiceExt as _;

use super::forwarded::{CERT, HEADER, PROXY, forwarded, from, with_client_cert, world};

#[tokio::test]
async fn fwd_12_response_is_for_no_shared_cache() {
    let world = world(forwarded());
    let answer = world.send(from(&world, PROXY)).await;
    answer.assert_passed();
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("vary"), None);
}

#[tokio::test]
async fn fwd_12_response_that_depends_on_no_forwarded_certificate_may_be_cached() {
    let world = World::with(|builder| builder.mtls(Mtls::new(forwarded())));
    let mut with_proof = world.good_request();
    let proxy = Peer::tcp(PROXY.parse().unwrap());
    with_proof.extensions_mut().insert(proxy.clone());
    let answer = world.send(with_proof).await;
    answer.assert_passed();
    assert_eq!(answer.header("cache-control"), None);

    // The client presented it to this server itself.
    let world = self::world(TlsConnection);
    let mut direct = from(&world, PROXY);
    let client = proxy.with_certificate(PresentedCert::from_der(CERT));
    direct.extensions_mut().insert(client);
    let answer = world.send(direct).await;
    answer.assert_passed();
    assert_eq!(answer.header("cache-control"), None);
}

#[tokio::test]
async fn fwd_14_certificate_headers_are_in_no_response() {
    let world = world(forwarded());
    let echo = tower::service_fn(|request: Request<()>| {
        let mut response = http::Response::new(String::new());
        for name in ["client-cert", "x_client_fingerprint", "x-kept"] {
            let value = HeaderValue::from_static("AA==");
            response.headers_mut().insert(name, value);
        }
        let private = HeaderValue::from_static("private, max-age=60");
        response.headers_mut().insert("cache-control", private);
        response
            .headers_mut()
            .insert(HEADER, HeaderValue::from_static("AA=="));
        drop(request);
        std::future::ready(Ok::<_, std::convert::Infallible>(response))
    });
    let service = tower::Layer::layer(&world.guard.layer(), echo);
    let response = service.oneshot(from(&world, PROXY)).await.unwrap();
    assert_eq!(response.status(), 200);
    let mut names: Vec<_> = response.headers().keys().map(HeaderName::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["cache-control", "x-kept"]);
    assert_eq!(response.headers()["cache-control"], "private, max-age=60");
}

#[tokio::test]
async fn fwd_14_certificate_headers_are_in_no_response_of_a_guard_without_mtls() {
    let world = World::new();
    let echo = tower::service_fn(async |_: Request<()>| {
        let mut response = http::Response::new(String::new());
        for name in ["client-cert", "client-cert-chain", "client_cert", "x-kept"] {
            let value = HeaderValue::from_static("AA==");
            response.headers_mut().insert(name, value);
        }
        Ok::<_, std::convert::Infallible>(response)
    });
    let service = tower::Layer::layer(&world.guard.layer(), echo);
    let response = service.oneshot(world.good_request()).await.unwrap();
    assert_eq!(response.status(), 200);
    let names: Vec<_> = response.headers().keys().map(HeaderName::as_str).collect();
    assert_eq!(names, ["x-kept"]);
}

#[tokio::test]
async fn fwd_12_rfc_9440_is_kept_from_caches_too() {
    let peers = TrustedPeers::networks(["10.0.0.0/8"]).unwrap();
    let world = world(Forwarded::rfc9440(peers));
    let answer = world.send(with_client_cert(&world)).await;
    answer.assert_passed();
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}
