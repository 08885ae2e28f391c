//! `self_signed_tls_client_auth`: a certificate that the client registered (RFC 8705 section 2.2).

use sender_constraint::Digest;
use sender_constraint::cert::{Forwarded, Peer, PresentedCert, TrustedPeers};
use sender_constraint::token_endpoint::{
    Client, ClientAuthenticator, RegisteredCertificates, RegistrationError, StaticClients,
};
use serde_json::{Value, json};

use super::world::{
    World, app, app_key, assertion, assertion_of, form, head_from, head_with, head_without_peer,
    rules,
};
use crate::certificates::{base64, minted, thumbprint};

fn peer(der: &[u8]) -> Peer {
    let peer = Peer::tcp(([127, 0, 0, 1], 1).into());
    peer.with_certificate(PresentedCert::from_der(der))
}

fn of_set(keys: Value) -> Result<RegisteredCertificates, RegistrationError> {
    RegisteredCertificates::from_jwk_set(&json!({"keys": keys}).to_string())
}

async fn judge(certificates: RegisteredCertificates, der: &[u8]) -> Result<String, &'static str> {
    let client = Client::self_signed_tls_client_auth("shop", certificates).unwrap();
    let world = World::with(rules(), [client, app()]);
    world
        .ask_with(&head_from(peer(der)), "client_id=shop")
        .await
}

#[tokio::test]
async fn cau_21_a_registered_certificate() {
    let (old, new, other) = (minted("shop"), minted("shop"), minted("shop"));
    let digests = || [&old, &new].map(|der| Digest::sha256(der));
    let both = || RegisteredCertificates::new(digests()).unwrap();
    for der in [&old, &new] {
        assert_eq!(judge(both(), der).await.as_deref(), Ok("shop"));
    }
    let answer = judge(both(), &other).await;
    assert_eq!(answer, Err("client_certificate_unregistered"));
}

#[tokio::test]
async fn cau_21_no_certificate_is_no_authentication() {
    let certificates = RegisteredCertificates::new([Digest::sha256(b"")]).unwrap();
    let client = Client::self_signed_tls_client_auth("shop", certificates).unwrap();
    let world = World::with(rules(), [client]);
    let without = head_from(Peer::tcp(([127, 0, 0, 1], 1).into()));
    let rejection = world.send(&without, "client_id=shop").await.unwrap_err();
    assert_eq!(rejection.kind(), "client_certificate_missing");
    assert_eq!(
        (rejection.status().as_u16(), rejection.error()),
        (401, "invalid_client")
    );
}

fn shop() -> Client {
    let certificates = RegisteredCertificates::new([Digest::sha256(b"x")]).unwrap();
    Client::self_signed_tls_client_auth("shop", certificates).unwrap()
}

#[tokio::test]
async fn cau_23_a_forged_header_does_not_tell_which_clients_are_registered() {
    let world = World::of(|clock| {
        let proxies = TrustedPeers::networks(["10.0.0.7"]).unwrap();
        let source = Forwarded::rfc9440(proxies).reject_untrusted_peers();
        let clients = StaticClients::new([shop(), app()]).unwrap();
        let authenticator = ClientAuthenticator::new(rules(), clients).clock(clock);
        authenticator.certificates(source)
    });
    let forged = head_with("client-cert", ":AAAA:");
    let other = form(&assertion_of("other", &app_key()).sign());
    for body in [
        "client_id=shop",
        "client_id=app",
        "client_id=other",
        "client_id=shop&client_secret=x",
        "client_id=other&client_secret=x",
        &form(&assertion().sign()),
        &other,
    ] {
        let rejection = world.send(&forged, body).await.unwrap_err();
        assert_eq!(rejection.kind(), "certificate_untrusted_peer", "{body}");
        assert_eq!(rejection.status(), 400, "{body}");
    }
    // Nor does a request with the scheme Basic.
    for credentials in ["shop:x", "other:x"] {
        let mut head = forged.clone();
        let credentials = format!("Basic {}", base64(credentials.as_bytes()));
        head.headers
            .insert("authorization", credentials.parse().unwrap());
        let answer = world.ask_with(&head, "").await;
        assert_eq!(answer, Err("certificate_untrusted_peer"));
    }
}

#[tokio::test]
async fn cau_23_an_unknown_peer_does_not_tell_which_clients_are_registered() {
    let world = World::with(rules(), [shop(), app()]);
    for body in ["client_id=shop", "client_id=app", "client_id=other"] {
        let rejection = world.send(&head_without_peer(), body).await.unwrap_err();
        assert_eq!(rejection.kind(), "certificate_unknown_peer", "{body}");
        assert_eq!(rejection.status(), 500, "{body}");
    }
}

#[tokio::test]
async fn cau_21_certificates_of_a_jwk_set() {
    let (one, other, authority) = (minted("shop"), minted("shop"), minted("authority"));
    let chain = json!({"kty": "EC", "x5c": [base64(&one), base64(&authority)]});
    let stated = json!({"kty": "EC", "x5t#S256": thumbprint(&other), "x5c": [base64(&other)]});
    let set = || of_set(json!([chain, stated, {"kty": "EC"}])).unwrap();
    for der in [&one, &other] {
        assert_eq!(judge(set(), der).await.as_deref(), Ok("shop"));
    }
    let answer = judge(set(), &authority).await;
    assert_eq!(answer, Err("client_certificate_unregistered"));
    let by_thumbprint = of_set(json!([{"x5t#S256": thumbprint(&one)}])).unwrap();
    assert_eq!(judge(by_thumbprint, &one).await.as_deref(), Ok("shop"));
}

#[test]
fn cau_21_unusable_sets_are_refused() {
    let (one, other) = (minted("one"), minted("other"));
    for keys in [
        json!([]),
        json!([{"kty": "EC"}]),
        json!([{"x5c": []}]),
        json!([{"x5c": ["AAAA"]}]),
        json!([{"x5c": [crate::common::encode(&one)]}]),
        json!([{"x5t#S256": "AAAA"}]),
        json!([{"x5c": [base64(&one)], "x5t#S256": thumbprint(&other)}]),
        json!([1]),
        json!({}),
    ] {
        let refused = of_set(keys.clone()).unwrap_err();
        assert!(
            matches!(refused, RegistrationError::Certificates(_)),
            "{keys}"
        );
    }
    let of_count = |count| RegisteredCertificates::new(vec![Digest::sha256(b""); count]);
    assert!(of_count(1).is_ok() && of_count(128).is_ok());
    assert!(of_count(0).is_err() && of_count(129).is_err());
}
