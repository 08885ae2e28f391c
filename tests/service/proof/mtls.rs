//! Tokens bound to a client certificate (RFC 8705 section 3): MTLS-01 to 07, 12, 13, DPOP-80.

use crate::common::*;
use http::Request;
use sender_constraint::cert::{Peer, PresentedCert, TlsConnection};
use sender_constraint::proof::{Dpop, Mtls};
use sender_constraint::{Digest, Guard};
use serde_json::json;

#[tokio::test]
async fn mtls_01_certificate_of_the_token_passes() {
    let world = world();
    let answer = world.send(bearer(&world, X1, Some(CERT1))).await;
    answer.assert_passed();
    let x5t_s256 = Digest::sha256(CERT1);
    assert_eq!(answer.access().sender().x5t_s256(), Some(&x5t_s256));
    assert_eq!(answer.access().sender().jkt(), None);
    assert!(!answer.access().used_rollover());
}

#[tokio::test]
async fn mtls_02_other_certificate_is_refused() {
    let world = world();
    let answer = world.send(bearer(&world, X1, Some(CERT2))).await;
    answer.assert_refused("TOK(Bearer)", "binding_certificate_mismatch");
    assert_eq!(
        answer.challenges(),
        [
            "DPoP algs=\"ES256 ES384 EdDSA Ed25519 PS256\"",
            "Bearer realm=\"api\", error=\"invalid_token\", \
             error_description=\"Certificate binding mismatch\"",
        ]
    );
}

#[tokio::test]
async fn mtls_03_no_certificate_is_refused_alike() {
    let world = world();
    let other = world.send(bearer(&world, X1, Some(CERT2))).await;
    let none = world.send(bearer(&world, X1, None)).await;
    none.assert_refused("TOK(Bearer)", "binding_certificate_missing");
    assert_eq!(none.challenges(), other.challenges());
}

#[tokio::test]
async fn mtls_04_thumbprint_has_one_spelling() {
    let world = world();
    world
        .send(bearer(&world, X1, Some(CERT1)))
        .await
        .assert_passed();
    let digest = Digest::sha256(CERT1);
    let hex: String = digest
        .as_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    for spelling in [
        format!("{digest}="),
        hex,
        "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA".to_owned(),
    ] {
        let token = unbound(&world)
            .claim("cnf", json!({"x5t#S256": spelling}))
            .sign();
        world
            .send(on_connection(&format!("Bearer {token}"), "", Some(CERT1)))
            .await
            .assert_refused("TOK(Bearer)", "token_confirmation");
    }
}

#[tokio::test]
async fn mtls_07_without_credentials_bearer_is_offered() {
    let only_mtls = World::of(Key::from_seed("ES256", 0), |tokens| {
        Guard::builder(tokens).mtls(Mtls::new(TlsConnection))
    });
    let answer = only_mtls.send(on_connection("", "", Some(CERT1))).await;
    answer.assert_refused("NOCRED", "credentials_missing");
    assert_eq!(answer.challenges(), ["Bearer realm=\"api\""]);
}

#[tokio::test]
async fn mtls_12_bound_token_is_no_plain_bearer_where_there_are_no_certificates() {
    let world = World::bearer_only();
    let token = unbound(&world).sign();
    world.present_bearer(&token).await.assert_passed();
    let token = unbound(&world).claim("cnf", cnf(CERT1)).sign();
    world
        .present_bearer(&token)
        .await
        .assert_refused("TOK(Bearer)", "binding_mtls_not_configured");
}

#[tokio::test]
async fn mtls_13_unbound_token_with_a_certificate_is_refused() {
    let world = world();
    let token = unbound(&world).sign();
    world
        .send(on_connection(&format!("Bearer {token}"), "", Some(CERT1)))
        .await
        .assert_refused("TOK(Bearer)", "binding_unbound_token");
}

#[tokio::test]
async fn dpop_80_token_bound_both_ways_needs_both() {
    let world = world();
    let both =
        json!({"jkt": world.client.thumbprint(), "x5t#S256": Digest::sha256(CERT1).to_string()});
    let token = unbound(&world).claim("cnf", both).sign();
    let with = |proof: &str, certificate| {
        world.send(on_connection(&format!("DPoP {token}"), proof, certificate))
    };
    let answer = with(&world.proof(&token).sign(), Some(CERT1)).await;
    answer.assert_passed();
    let sender = answer.access().sender();
    assert_eq!(sender.jkt().unwrap().to_string(), world.client.thumbprint());
    assert_eq!(sender.x5t_s256(), Some(&Digest::sha256(CERT1)));

    let proof = world.proof(&token).sign();
    with(&proof, None)
        .await
        .assert_refused("TOK(DPoP)", "binding_certificate_missing");
    with(&proof, Some(CERT2))
        .await
        .assert_refused("TOK(DPoP)", "binding_certificate_mismatch");
    let other = Proof::new(&Key::from_seed("ES256", 7), &token).sign();
    with(&other, Some(CERT1))
        .await
        .assert_refused("TOK(DPoP)", "binding_key_mismatch");
    world
        .send(on_connection(&format!("Bearer {token}"), "", Some(CERT1)))
        .await
        .assert_refused("TOK(Bearer)", "binding_bound_token_as_bearer");
    // None of these used the proof up.
    with(&proof, Some(CERT1)).await.assert_passed();
}

#[tokio::test]
async fn certificate_bound_token_under_dpop_is_refused() {
    let world = world();
    let token = unbound(&world).claim("cnf", cnf(CERT1)).sign();
    let proof = world.proof(&token).sign();
    world
        .send(on_connection(&format!("DPoP {token}"), &proof, Some(CERT1)))
        .await
        .assert_refused("TOK(DPoP)", "binding_unbound_token_as_dpop");
}

#[tokio::test]
async fn mtls_16_certificate_belongs_to_its_connection() {
    let world = world();
    let mut request = bearer(&world, X1, Some(CERT1));
    request.extensions_mut().clear();
    let answer = world.send(request).await;
    answer.assert_refused("500", "certificate_unknown_peer");
    assert!(answer.challenges().is_empty());
}

/// Takes DPoP-bound and certificate-bound tokens.
fn world() -> World {
    World::of(Key::from_seed("ES256", 0), |tokens| {
        Guard::builder(tokens)
            .dpop(Dpop::new(ORIGIN).unwrap())
            .mtls(Mtls::new(TlsConnection))
    })
}

fn unbound(world: &World) -> Token {
    Token::unbound(&world.issuer)
}

fn cnf(certificate: &[u8]) -> serde_json::Value {
    json!({"x5t#S256": Digest::sha256(certificate).to_string()})
}

/// AT2: a token bound to `bound`, on a connection with `shown`.
fn bearer(world: &World, bound: &[u8], shown: Option<&[u8]>) -> Request<()> {
    let token = unbound(world).claim("cnf", cnf(bound)).sign();
    on_connection(&format!("Bearer {token}"), "", shown)
}

fn on_connection(authorization: &str, proof: &str, shown: Option<&[u8]>) -> Request<()> {
    let peer = Peer::tcp("192.0.2.7:50000".parse().unwrap());
    let peer = match shown {
        None => peer,
        Some(der) => peer.with_certificate(PresentedCert::from_der(der)),
    };
    let mut request = request(authorization, proof);
    request.extensions_mut().insert(peer);
    request
}

/// Bytes that stand for certificates: what they say does not matter to the binding.
const CERT1: &[u8] = b"certificate one";
const CERT2: &[u8] = b"certificate two";
const X1: &[u8] = CERT1;
