//! Forwarded certificates through the whole guard (RFC 9440 sections 2 and 4): who is believed, what the service
//! behind sees. FWD-01 to 10.

use crate::common::*;
use http::{HeaderName, HeaderValue, Request};
use sender_constraint::cert::{
    CertSource, Forwarded, HeaderFormat, Peer, PresentedCert, TrustedPeers,
};
use sender_constraint::proof::Mtls;
use sender_constraint::{Digest, Guard};
use serde_json::json;

#[tokio::test]
async fn fwd_02_certificate_is_believed_from_a_trusted_peer_only() {
    let world = world(forwarded());
    world.send(from(&world, PROXY)).await.assert_passed();
    world
        .send(from(&world, STRANGER))
        .await
        .assert_refused("TOK(Bearer)", "binding_certificate_missing");
    let mut unknown = from(&world, PROXY);
    unknown.extensions_mut().clear();
    let answer = world.send(unknown).await;
    answer.assert_refused("500", "certificate_unknown_peer");
}

#[tokio::test]
async fn fwd_02_header_of_a_stranger_is_refused_on_demand() {
    let world = world(forwarded().reject_untrusted_peers());
    world.send(from(&world, PROXY)).await.assert_passed();
    let answer = world.send(from(&world, STRANGER)).await;
    answer.assert_refused("400", "certificate_untrusted_peer");
    assert!(answer.challenges().is_empty());
}

#[tokio::test]
async fn fwd_05_and_06_repeated_or_malformed_is_400_without_a_challenge() {
    let world = world(forwarded());
    world.send(from(&world, PROXY)).await.assert_passed();
    let mut repeated = from(&world, PROXY);
    repeated
        .headers_mut()
        .append(HEADER, HeaderValue::from_str(&fingerprint()).unwrap());
    let answer = world.send(repeated).await;
    answer.assert_refused("400", "certificate_repeated");
    assert!(answer.challenges().is_empty());
    let mut malformed = from(&world, PROXY);
    malformed
        .headers_mut()
        .insert(HEADER, HeaderValue::from_static("zz"));
    world
        .send(malformed)
        .await
        .assert_refused("400", "certificate_fingerprint");
}

#[tokio::test]
async fn fwd_07_empty_is_no_certificate() {
    let world = world(forwarded());
    world.send(from(&world, PROXY)).await.assert_passed();
    let mut empty = from(&world, PROXY);
    empty
        .headers_mut()
        .insert(HEADER, HeaderValue::from_static(""));
    world
        .send(empty)
        .await
        .assert_refused("TOK(Bearer)", "binding_certificate_missing");
}

#[tokio::test]
async fn fwd_08_and_09_service_behind_sees_neither_the_header_nor_its_aliases() {
    let world = world(forwarded());
    let mut request = from(&world, PROXY);
    for name in [
        "x_client_fingerprint",
        "x-client_fingerprint",
        "client-cert",
        "client_cert",
    ] {
        request
            .headers_mut()
            .insert(name, HeaderValue::from_static("forged"));
    }
    request
        .headers_mut()
        .insert("x-other", HeaderValue::from_static("kept"));
    let answer = world.send(request).await;
    answer.assert_passed();
    assert_eq!(answer.inner_headers(), ["x-other"]);
}

#[tokio::test]
async fn fwd_08_alias_is_not_read() {
    let world = world(forwarded());
    let mut request = from(&world, PROXY);
    let value = request.headers_mut().remove(HEADER).unwrap();
    request.headers_mut().insert("x_client_fingerprint", value);
    world
        .send(request)
        .await
        .assert_refused("TOK(Bearer)", "binding_certificate_missing");
}

#[tokio::test]
async fn fwd_01_without_forwarding_the_header_is_removed_all_the_same() {
    let world = World::new();
    let mut request = world.good_request();
    request
        .headers_mut()
        .insert("client-cert", HeaderValue::from_static(":AA==:"));
    let answer = world.send(request).await;
    answer.assert_passed();
    assert!(
        answer.inner_headers().is_empty(),
        "{:?}",
        answer.inner_headers()
    );
}

#[tokio::test]
async fn fwd_09_header_is_kept_on_demand() {
    let world = World::of(Key::from_seed("ES256", 0), |tokens| {
        Guard::builder(tokens).mtls(Mtls::new(forwarded()).keep_certificate_headers())
    });
    let answer = world.send(from(&world, PROXY)).await;
    answer.assert_passed();
    assert_eq!(answer.inner_headers(), [HEADER.as_str()]);
}

#[tokio::test]
async fn fwd_09_headers_of_rfc_9440_are_kept_on_demand_too() {
    let peers = TrustedPeers::networks(["10.0.0.0/8"]).unwrap();
    let world = World::of(Key::from_seed("ES256", 0), |tokens| {
        let mtls = Mtls::new(Forwarded::rfc9440(peers)).keep_certificate_headers();
        Guard::builder(tokens).mtls(mtls)
    });
    let answer = world.send(with_client_cert(&world)).await;
    answer.assert_passed();
    assert_eq!(answer.inner_headers(), ["client-cert"]);
}

#[tokio::test]
async fn fwd_10_certificate_of_the_proxy_is_not_the_clients() {
    let world = world(forwarded());
    let mut request = from(&world, PROXY);
    request.headers_mut().remove(HEADER);
    let proxy = Peer::tcp(PROXY.parse().unwrap()).with_certificate(PresentedCert::from_der(CERT));
    request.extensions_mut().insert(proxy);
    world
        .send(request)
        .await
        .assert_refused("TOK(Bearer)", "binding_certificate_missing");
}

/// A request with a certificate in `Client-Cert` (RFC 9440), and a token bound to it.
pub(super) fn with_client_cert(world: &World) -> Request<()> {
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(Vec::<String>::new()).unwrap();
    let der = params.self_signed(&key).unwrap().der().to_vec();
    let thumbprint = Digest::sha256(&der).to_string();
    let token = Token::unbound(&world.issuer).claim("cnf", json!({"x5t#S256": thumbprint}));
    let mut request = request(&format!("Bearer {}", token.sign()), "");
    let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, der);
    let value = HeaderValue::from_str(&format!(":{base64}:")).unwrap();
    request.headers_mut().insert("client-cert", value);
    request
        .extensions_mut()
        .insert(Peer::tcp(PROXY.parse().unwrap()));
    request
}

pub(super) fn world(source: impl CertSource) -> World {
    World::of(Key::from_seed("ES256", 0), |tokens| {
        Guard::builder(tokens).mtls(Mtls::new(source))
    })
}

pub(super) fn forwarded() -> Forwarded {
    let peers = TrustedPeers::networks(["10.0.0.0/8"]).unwrap();
    Forwarded::new(HeaderFormat::Sha256Hex, Some(HEADER), peers).unwrap()
}

/// A token bound to `CERT`, and the header that names it, from this address.
pub(super) fn from(world: &World, address: &str) -> Request<()> {
    let thumbprint = Digest::sha256(CERT).to_string();
    let token = Token::unbound(&world.issuer).claim("cnf", json!({"x5t#S256": thumbprint}));
    let mut request = request(&format!("Bearer {}", token.sign()), "");
    request
        .headers_mut()
        .insert(HEADER, HeaderValue::from_str(&fingerprint()).unwrap());
    request
        .extensions_mut()
        .insert(Peer::tcp(address.parse().unwrap()));
    request
}

fn fingerprint() -> String {
    let digest = Digest::sha256(CERT);
    digest
        .as_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

pub(super) const CERT: &[u8] = b"a certificate";
pub(super) const PROXY: &str = "10.1.2.3:40000";
const STRANGER: &str = "192.0.2.7:40000";
pub(super) const HEADER: HeaderName = HeaderName::from_static("x-client-fingerprint");
