//! Mistakes of the set-up are told, and not to the client.

use http::{HeaderValue, Request, Response};
use sender_constraint::cert::{Forwarded, Peer};
use sender_constraint::proof::{Dpop, Mtls};
use sender_constraint::{Access, ConfigError, Guard};
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::certificates::{proxies, rfc_8705};
use crate::common::*;

#[test]
fn one_dpop_and_one_mtls_are_configured() {
    let dpop = || Dpop::new(ORIGIN).unwrap();
    let mtls = || Mtls::new(Forwarded::rfc9440(proxies()));
    let build = |change: fn(sender_constraint::GuardBuilder, Dpop, Mtls) -> _| {
        let issuer = Key::from_seed("ES256", 0);
        let issuer = sender_constraint_testing::Issuer::new(ISSUER).with_key(issuer);
        let keys = issuer.keys();
        let tokens = sender_constraint::token::JwtVerifier::new(ISSUER, AUDIENCE, keys);
        let builder: sender_constraint::GuardBuilder =
            change(Guard::builder(tokens.unwrap()), dpop(), mtls());
        builder.build().err()
    };
    assert_eq!(
        build(|builder, dpop, mtls| builder.dpop(dpop).mtls(mtls)),
        None
    );
    let twice = build(|builder, dpop, _| builder.dpop(dpop.clone()).dpop(dpop));
    assert_eq!(twice, Some(ConfigError::Repeated("dpop")));
    let twice = build(|builder, _, mtls| builder.mtls(mtls.clone()).mtls(mtls));
    assert_eq!(twice, Some(ConfigError::Repeated("mtls")));
    let text = ConfigError::Repeated("dpop").to_string();
    assert!(text.contains("`dpop(..)` was called twice"), "{text}");
}

#[tokio::test]
async fn guard_around_a_guard_says_so() {
    let world = World::new();
    let inner = service_fn(async |_: Request<()>| {
        Ok::<_, std::convert::Infallible>(Response::new(String::new()))
    });
    let guarded = world.guard.layer().layer(inner);
    let twice = world.guard.layer().layer(guarded);
    let answer = Answer(twice.oneshot(world.good_request()).await.unwrap());
    assert_eq!(answer.status(), 500);
    assert_eq!(answer.kind(), "credentials_already_checked");
    let text = answer.rejection().to_string();
    assert!(text.contains("apply one guard to a route"), "{text}");
    assert!(answer.challenges().is_empty());
    // The inner guard would take the proof for a replay.
    let keeping = World::with(sender_constraint::GuardBuilder::keep_credentials);
    let guarded = keeping.guard.layer().layer(inner);
    let twice = keeping.guard.layer().layer(guarded);
    let answer = Answer(twice.oneshot(keeping.good_request()).await.unwrap());
    assert_eq!(
        (answer.status().as_u16(), answer.kind()),
        (500, "credentials_already_checked")
    );
    // Without credentials the outer guard answers, as ever.
    let answer = world.send(request("", "")).await;
    answer.assert_refused("NOCRED", "credentials_missing");
}

#[tokio::test]
async fn guard_is_a_layer_itself() {
    let world = World::new();
    let inner = service_fn(async |request: Request<()>| {
        let access = request.extensions().get::<Access>().expect("guarded");
        Ok::<_, std::convert::Infallible>(Response::new(access.subject().map(str::to_owned)))
    });
    let service = tower::Layer::layer(&world.guard, inner);
    let response = service.oneshot(world.good_request()).await.unwrap();
    assert_eq!(response.body().as_deref(), Some("alice"));
}

#[tokio::test]
async fn forwarded_certificate_on_a_connection_of_nobody_knows_whom() {
    let world = World::of(Key::from_seed("ES256", 0), |tokens| {
        let dpop = Dpop::new(ORIGIN).unwrap();
        let mtls = Mtls::new(Forwarded::rfc9440(proxies()));
        Guard::builder(tokens).dpop(dpop).mtls(mtls)
    });
    let with_header = || {
        let mut request = world.good_request();
        let value = crate::certificates::encode(
            sender_constraint::cert::HeaderFormat::Rfc9440,
            &rfc_8705(),
        );
        let value = HeaderValue::from_str(&value).unwrap();
        request.headers_mut().insert("client-cert", value);
        request
    };
    let answer = world.send(with_header()).await;
    assert_eq!(answer.status(), 500);
    assert_eq!(answer.kind(), "certificate_unknown_peer");
    let text = answer.rejection().to_string();
    assert!(
        text.contains("into_make_service_with_connect_info"),
        "{text}"
    );
    // From a client that is not the proxy the header counts for nothing.
    let mut known = with_header();
    known
        .extensions_mut()
        .insert(Peer::tcp(([192, 0, 2, 1], 1).into()));
    world.send(known).await.assert_passed();
    world.send(world.good_request()).await.assert_passed();
}
