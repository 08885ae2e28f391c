//! What an event shows of the request that it is about, and the causes that it tells apart.

use http::{HeaderValue, Request};
use sender_constraint::cert::{Forwarded, Peer, TrustedPeers};
use sender_constraint::proof::Mtls;
use sender_constraint::token::JwtVerifier;
use sender_constraint::{Digest, Guard};
use serde_json::json;
use tracing::Level;

use crate::common::*;
use crate::events::{Event, Log};

const PROXY: &str = "10.0.0.7:443";
const OTHER: &str = "10.0.0.9:443";

fn from(peer: &str, mut request: Request<()>) -> Request<()> {
    let peer = Peer::tcp(peer.parse().unwrap());
    request.extensions_mut().insert(peer);
    request
}

#[tokio::test]
async fn events_show_method_path_peer_client_and_thumbprints_but_no_query() {
    let world = World::new();
    let mut good = from(OTHER, world.good_request());
    *good.uri_mut() = "/a?access_token=secret".parse().unwrap();
    let (mut head, ()) = good.into_parts();
    let mut copy = head.clone();
    let log = Log::listen();
    let _ = world.guard.check(&mut head).await.unwrap();
    world.guard.check(&mut copy).await.unwrap_err();
    for event in log.events() {
        assert_eq!(event.text("method"), "\"GET\"");
        assert_eq!(event.text("path"), "\"/a\"");
        assert_eq!(event.text("peer"), OTHER);
        assert_eq!(event.text("client_id"), "\"app\"");
    }
    let accepted = &log.events()[0];
    assert_eq!(accepted.text("jkt"), world.client.thumbprint());
    assert_eq!(accepted.text_if_any("x5t_s256"), None);
}

#[tokio::test]
async fn client_is_shown_only_if_its_token_was_verified() {
    let world = World::new();
    let forged = Token::bound(&Key::from_seed("ES256", 7), &world.client).sign();
    let log = Log::listen();
    let answer = world.present(&forged, &world.proof(&forged).sign()).await;
    assert_eq!(answer.kind(), "token_signature");
    assert_eq!(log.only_event().text_if_any("client_id"), None);
    assert_eq!(answer.rejection().client_id(), None);
}

#[tokio::test]
async fn key_mismatch_shows_both_thumbprints() {
    let world = World::new();
    let token = world.token().sign();
    let thief = Key::from_seed("ES256", 2);
    let log = Log::listen();
    let answer = world
        .present(&token, &Proof::new(&thief, &token).sign())
        .await;
    assert_eq!(answer.kind(), "binding_key_mismatch");
    let event = log.only_event();
    assert_says(&event, &[&world.client.thumbprint(), &thief.thumbprint()]);
    assert_eq!(event.text("client_id"), "\"app\"");
    assert_eq!(answer.rejection().client_id(), Some("app"));
}

#[tokio::test]
async fn unsupported_scheme_says_which_one_came_and_what_would_accept_it() {
    let world = World::bearer_only();
    for (authorization, facts) in [
        ("DPoP x", &["is DPoP", "`GuardBuilder::dpop`"][..]),
        ("basic eDp5", &["is Basic", "`DPoP` and `Bearer` only"]),
        ("SecretWithoutScheme", &["is missing or unknown"]),
        ("Secret scheme", &["is missing or unknown"]),
    ] {
        let log = Log::listen();
        let answer = world.send(request(authorization, "")).await;
        answer.assert_refused("NOCRED", "credentials_unsupported_scheme");
        let event = log.only_event();
        assert_says(&event, facts);
        assert!(!event.text("reason").contains("Secret"), "{event:?}");
    }
}

#[tokio::test]
async fn preflight_that_reaches_the_guard_names_the_cors_layer() {
    let world = World::new();
    let preflight = Request::options("/a")
        .header("origin", "https://app.example.com")
        .header("access-control-request-method", "GET");
    let log = Log::listen();
    let answer = world.send(preflight.body(()).unwrap()).await;
    answer.assert_refused("NOCRED", "credentials_missing");
    assert_says(
        &log.only_event(),
        &["CORS preflight", "outside of the guard"],
    );
}

/// A guard for certificates that the proxy forwards.
fn forwarded() -> Guard {
    let issuer = Key::from_seed("ES256", 0);
    let keys = sender_constraint_testing::Issuer::new(ISSUER).with_key(issuer);
    let tokens = JwtVerifier::new(ISSUER, AUDIENCE, keys.keys()).unwrap();
    let proxy = TrustedPeers::networks(["10.0.0.7"]).unwrap();
    Guard::builder(tokens)
        .mtls(Mtls::new(Forwarded::rfc9440(proxy)))
        .clock(TestClock::at(NOW))
        .build()
        .unwrap()
}

#[tokio::test]
async fn missing_certificate_has_four_causes() {
    let guard = forwarded();
    let bound = json!({"x5t#S256": Digest::sha256(b"certificate").to_string()});
    let token = Token::unbound(&Key::from_seed("ES256", 0)).claim("cnf", bound);
    let bare = || request(&format!("Bearer {}", token.clone().sign()), "");
    let with_header = || {
        let mut request = bare();
        let value = HeaderValue::from_static(":AAAA:");
        request.headers_mut().insert("client-cert", value);
        request
    };
    for (request, kind, facts) in [
        (
            from(PROXY, bare()),
            "binding_certificate_missing",
            &["no `client-cert` header", "from the trusted peer 10.0.0.7"][..],
        ),
        (
            from(OTHER, with_header()),
            "binding_certificate_missing",
            &[
                "`client-cert` header came from 10.0.0.9",
                "not among the trusted peers (10.0.0.7",
                "`TrustedPeers`",
            ],
        ),
        (
            from(OTHER, bare()),
            "binding_certificate_missing",
            &["no `client-cert` header came", "10.0.0.9"],
        ),
        (
            bare(),
            "binding_certificate_missing",
            &["peer of the connection is unknown", "with_connect_info"],
        ),
        (
            with_header(),
            "certificate_unknown_peer",
            &["peer of the connection is unknown", "with_connect_info"],
        ),
    ] {
        let log = Log::listen();
        let (mut head, ()) = request.into_parts();
        let rejection = guard.check(&mut head).await.unwrap_err();
        assert_eq!(rejection.kind(), kind, "{rejection}");
        let event = log.only_event();
        if kind == "certificate_unknown_peer" {
            assert_eq!(
                (event.level, rejection.status().as_u16()),
                (Level::ERROR, 500)
            );
        } else {
            assert_eq!(
                (event.level, rejection.status().as_u16()),
                (Level::WARN, 401)
            );
        }
        assert_reason(&event, facts);
    }
}

#[tokio::test]
async fn malformed_certificate_names_header_format_and_setting() {
    let guard = forwarded();
    let mut request = from(PROXY, request("Bearer x", ""));
    let value = HeaderValue::from_static("MIIB");
    request.headers_mut().insert("client-cert", value);
    let (mut head, ()) = request.into_parts();
    let log = Log::listen();
    let rejection = guard.check(&mut head).await.unwrap_err();
    assert_eq!(rejection.kind(), "certificate_structured_field");
    assert_says(
        &log.only_event(),
        &["header `client-cert` as `rfc9440`", "`Forwarded`"],
    );
}

#[track_caller]
fn assert_says(event: &Event, facts: &[&str]) {
    assert_eq!(event.level, Level::WARN);
    assert_reason(event, facts);
}

#[track_caller]
fn assert_reason(event: &Event, facts: &[&str]) {
    let reason = event.text("reason");
    for fact in facts {
        assert!(reason.contains(fact), "{fact} in: {reason}");
    }
}
