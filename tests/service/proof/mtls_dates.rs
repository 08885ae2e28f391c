//! Dates of client certificates: no reason to refuse unless the operator says so (MTLS-10, C-12).

use crate::common::*;
use http::Request;
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use sender_constraint::cert::{Forwarded, Peer, PresentedCert, TlsConnection, TrustedPeers};
use sender_constraint::proof::Mtls;
use sender_constraint::{Digest, Guard};
use serde_json::json;

#[tokio::test]
async fn mtls_10_dates_do_not_count_by_default() {
    let world = world(|mtls| mtls);
    for der in [valid(), expired(), later()] {
        let shown = PresentedCert::from_der(&der);
        send(&world, shown).await.assert_passed();
    }
}

#[tokio::test]
async fn mtls_10_dates_count_on_demand() {
    let world = world(Mtls::refuse_expired_certificates);
    send(&world, PresentedCert::from_der(&valid()))
        .await
        .assert_passed();
    for der in [expired(), later()] {
        send(&world, PresentedCert::from_der(&der))
            .await
            .assert_refused("TOK(Bearer)", "binding_certificate_expired");
    }
}

#[tokio::test]
async fn mtls_10_unknown_dates_are_no_good_dates() {
    let world = world(Mtls::refuse_expired_certificates);
    send(&world, PresentedCert::from_der(&valid()))
        .await
        .assert_passed();
    let fingerprint = PresentedCert::from_thumbprint(Digest::sha256(&valid()));
    for shown in [fingerprint, PresentedCert::from_der(b"no certificate")] {
        send(&world, shown)
            .await
            .assert_refused("TOK(Bearer)", "binding_certificate_expired");
    }
}

/// Envoy tells certificate and fingerprint: the dates are those of the certificate.
#[tokio::test]
async fn mtls_10_dates_are_read_from_the_form_that_has_them() {
    let peers = TrustedPeers::networks(["192.0.2.7"]).unwrap();
    let world = World::of(Key::from_seed("ES256", 0), |tokens| {
        let mtls = Mtls::new(Forwarded::envoy_xfcc(peers));
        Guard::builder(tokens).mtls(mtls.refuse_expired_certificates())
    });
    for (der, outcome) in [(valid(), "OK"), (expired(), "TOK(Bearer)")] {
        let digest = Digest::sha256(&der);
        let hash: String = digest
            .as_bytes()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &der);
        let pem = format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n");
        let pem = pem
            .replace('\n', "%0A")
            .replace('+', "%2B")
            .replace(' ', "%20");
        let value = format!("Hash={hash};Cert=\"{pem}\"");
        let token =
            Token::unbound(&world.issuer).claim("cnf", json!({"x5t#S256": digest.to_string()}));
        let mut request: Request<()> = request(&format!("Bearer {}", token.sign()), "");
        let peer = Peer::tcp("192.0.2.7:50000".parse().unwrap());
        request.extensions_mut().insert(peer);
        let header = value.parse().unwrap();
        request
            .headers_mut()
            .insert("x-forwarded-client-cert", header);
        assert_eq!(world.send(request).await.outcome(), outcome);
    }
}

#[tokio::test]
async fn another_certificate_is_a_mismatch_whatever_its_dates() {
    let world = world(Mtls::refuse_expired_certificates);
    let bound = PresentedCert::from_der(&valid());
    let other = PresentedCert::from_der(&expired());
    present(&world, &bound, other)
        .await
        .assert_refused("TOK(Bearer)", "binding_certificate_mismatch");
}

fn world(change: impl FnOnce(Mtls) -> Mtls) -> World {
    World::of(Key::from_seed("ES256", 0), |tokens| {
        Guard::builder(tokens).mtls(change(Mtls::new(TlsConnection)))
    })
}

async fn send(world: &World, shown: PresentedCert) -> Answer {
    present(world, &shown.clone(), shown).await
}

async fn present(world: &World, bound: &PresentedCert, shown: PresentedCert) -> Answer {
    let token = Token::unbound(&world.issuer)
        .claim("cnf", json!({"x5t#S256": bound.thumbprint().to_string()}));
    let mut request: Request<()> = request(&format!("Bearer {}", token.sign()), "");
    let peer = Peer::tcp("192.0.2.7:50000".parse().unwrap()).with_certificate(shown);
    request.extensions_mut().insert(peer);
    world.send(request).await
}

/// `NOW` is the first moment of 2026.
fn valid() -> Vec<u8> {
    certificate(2025, 2027)
}

fn expired() -> Vec<u8> {
    certificate(2023, 2024)
}

/// Its end has four digits for the year (RFC 5280 section 4.1.2.5).
fn later() -> Vec<u8> {
    certificate(2027, 2060)
}

fn certificate(from: i32, until: i32) -> Vec<u8> {
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.not_before = date_time_ymd(from, 1, 1);
    params.not_after = date_time_ymd(until, 12, 31);
    let key = KeyPair::generate().unwrap();
    params.self_signed(&key).unwrap().der().to_vec()
}
