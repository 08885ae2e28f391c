//! Mistakes of the set-up that weaken a guard, or that stop a handler.

use std::sync::Arc;

use sender_constraint::future::MaybeReady;
use sender_constraint::proof::Dpop;
use sender_constraint::replay::MemoryStore;
use sender_constraint::revocation::DenyList;
use sender_constraint::time::Timestamp;
use sender_constraint::token::{
    AccessToken, JwtVerifier, PresentedToken, TokenError, TokenVerifier, VerifierSettings,
};
use sender_constraint::{Guard, GuardBuilder};
use tracing::Level;

use crate::common::*;
use crate::events::Log;

fn builder(dpop: Dpop) -> GuardBuilder {
    let issuer = Key::from_seed("ES256", 0);
    let keys = sender_constraint_testing::Issuer::new(ISSUER).with_key(issuer);
    let tokens = JwtVerifier::new(ISSUER, AUDIENCE, keys.keys()).unwrap();
    Guard::builder(tokens).dpop(dpop).clock(TestClock::at(NOW))
}

/// Builds guards one after the other, and counts the warnings about separate stores.
fn warnings(dpops: impl IntoIterator<Item = Dpop>) -> usize {
    let log = Log::listen();
    let guards: Vec<_> = dpops
        .into_iter()
        .map(|dpop| builder(dpop).build())
        .collect();
    assert!(guards.iter().all(Result::is_ok));
    for event in log.all_events() {
        assert_eq!(event.level, Level::WARN);
        let message = event.text("message");
        for fact in [
            "clone one guard",
            "`Guard::to_builder`",
            "`Dpop::replay_store`",
        ] {
            assert!(message.contains(fact), "{message}");
        }
    }
    log.all_events().len()
}

#[test]
fn second_default_store_for_an_origin_is_a_warning() {
    // Origins of their own: the tests of this program share a process.
    let new = || Dpop::new("https://two-stores.example.com").unwrap();
    assert_eq!(warnings([new(), new()]), 1);
    // The guards of before were dropped.
    assert_eq!(warnings([new()]), 0);
    let shared = new();
    assert_eq!(warnings([shared.clone(), shared]), 0);
    let derived = new();
    assert_eq!(warnings([derived.clone(), new(), derived]), 1);
    let store = || new().replay_store(MemoryStore::new(1024).unwrap());
    assert_eq!(warnings([store(), new(), store()]), 0);
    let prefixed = |prefix| new().path_prefix(prefix).unwrap();
    assert_eq!(warnings([prefixed("/a"), prefixed("/ab")]), 0);
    assert_eq!(warnings([prefixed("/a"), prefixed("/a/b")]), 1);
    assert_eq!(warnings([prefixed("/a"), new()]), 1);
    let other = Dpop::new("https://one-store.example.com").unwrap();
    assert_eq!(warnings([new(), other.clone()]), 0);
    let both = || other.clone().also_origin("https://two-stores.example.com");
    let both = both().unwrap().algorithms(["ES256".parse().unwrap()]);
    let both = both.unwrap();
    // A clone shares the store, also with another origin.
    assert_eq!(warnings([other, both.clone()]), 0);
    assert_eq!(warnings([new(), both]), 1);
}

#[test]
fn guard_without_a_replay_check_is_a_warning() {
    let log = Log::listen();
    let dpop = || Dpop::new(ORIGIN).unwrap();
    let guard = builder(dpop().replay_checked_by_gateway_only())
        .build()
        .unwrap();
    let event = log.only_event();
    assert_eq!(event.level, Level::WARN);
    let message = event.text("message");
    assert!(message.contains("`Dpop::replay_checked_by_gateway_only`"));
    assert!(format!("{guard:?}").contains("ReplayCheckedByGatewayOnly"));

    // A store that is configured later takes effect.
    let log = Log::listen();
    let store = MemoryStore::new(1024).unwrap();
    let checked = dpop().replay_checked_by_gateway_only().replay_store(store);
    let guard = builder(checked).build().unwrap();
    assert!(log.events().is_empty());
    assert!(!format!("{guard:?}").contains("ReplayCheckedByGatewayOnly"));
}

#[test]
fn fapi_04_guard_by_fapi2_without_revocation_status_is_a_warning() {
    let tokens = || {
        let keys =
            sender_constraint_testing::Issuer::new(ISSUER).with_key(Key::from_seed("ES256", 0));
        JwtVerifier::new(ISSUER, AUDIENCE, keys.keys()).unwrap()
    };
    let dpop = || Dpop::new("https://fapi2.example.com").unwrap();
    let log = Log::listen();
    let guard = Guard::fapi2(tokens()).dpop(dpop()).build().unwrap();
    let event = log.only_event();
    assert_eq!(event.level, Level::WARN);
    for fact in [
        "`Guard::fapi2`",
        "`GuardBuilder::revocation`",
        "section 5.3.4",
    ] {
        assert!(event.text("message").contains(fact), "{event:?}");
    }
    drop(guard);

    let log = Log::listen();
    let denying = Guard::fapi2(tokens())
        .dpop(dpop())
        .deny_list(DenyList::new());
    denying.build().unwrap();
    let online = VerifierSettings::default().sees_revocation();
    let all = Online(tokens(), online.clone().and(online.clone()));
    Guard::fapi2(all).dpop(dpop()).build().unwrap();
    Guard::builder(tokens()).dpop(dpop()).build().unwrap();
    assert!(log.events().is_empty(), "{:?}", log.events());
    // The other verifier accepts revoked tokens.
    let some = Online(tokens(), online.and(VerifierSettings::default()));
    Guard::fapi2(some).dpop(dpop()).build().unwrap();
    assert_eq!(log.only_event().level, Level::WARN);
}

/// A verifier of the application, with its settings.
#[derive(Debug)]
struct Online(JwtVerifier, VerifierSettings);

impl TokenVerifier for Online {
    fn verify<'a>(
        &'a self,
        token: PresentedToken<'a>,
        now: Timestamp,
    ) -> MaybeReady<'a, Result<Arc<AccessToken>, TokenError>> {
        self.0.verify(token, now)
    }

    fn settings(&self) -> VerifierSettings {
        self.1.clone()
    }
}

#[tokio::test]
async fn derived_guard_shares_the_replay_store_and_has_its_own_policy() {
    let dpop = Dpop::new(ORIGIN)
        .unwrap()
        .replay_store(MemoryStore::new(1024).unwrap());
    let strict = builder(dpop).realm("accounts").build().unwrap();
    let lenient = strict.to_builder().allow_unbound_tokens().build().unwrap();
    let client = Key::from_seed("ES256", 1);
    let issuer = Key::from_seed("ES256", 0);

    let token = Token::bound(&issuer, &client).sign();
    let used = request(
        &format!("DPoP {token}"),
        &Proof::new(&client, &token).sign(),
    );
    let (mut head, ()) = used.into_parts();
    let mut copy = head.clone();
    let _ = strict.check(&mut head).await.unwrap();
    let replayed = lenient.check(&mut copy).await.unwrap_err();
    assert_eq!(replayed.kind(), "proof_replayed");

    let bearer = request(&format!("Bearer {}", Token::unbound(&issuer).sign()), "");
    let (mut head, ()) = bearer.into_parts();
    let mut copy = head.clone();
    let refused = strict.check(&mut head).await.unwrap_err();
    assert_eq!(refused.kind(), "binding_unbound_token");
    assert!(
        lenient
            .check(&mut copy)
            .await
            .unwrap()
            .sender()
            .is_unbound()
    );

    let answer: http::Response<()> = lenient.error_response(&refused, &head);
    let challenge = answer.headers()["www-authenticate"].to_str().unwrap();
    assert!(challenge.contains("realm=\"accounts\""), "{challenge}");
    let twice = strict.to_builder().dpop(Dpop::new(ORIGIN).unwrap()).build();
    assert!(twice.is_err(), "another `Dpop` would have another store");
}

#[cfg(feature = "axum")]
#[tokio::test]
async fn unexpected_claims_are_a_warning_with_route_type_and_error() {
    use axum::body::Body;
    use axum::routing::get;
    use sender_constraint::extract::Claims;
    use tower::ServiceExt as _;

    #[derive(serde::Deserialize)]
    struct Tenant {
        #[expect(dead_code, reason = "deserialized only")]
        tenant: String,
    }
    let world = World::new();
    let app: axum::Router = axum::Router::new()
        .route("/{id}", get(async |_: Claims<Tenant>| "data"))
        .layer(world.guard.layer());
    let log = Log::listen();
    let response = app
        .oneshot(world.good_request().map(|()| Body::empty()))
        .await
        .unwrap();
    assert_eq!(response.status(), 403);
    let events = log.events();
    let event = events
        .iter()
        .find(|event| event.level == Level::WARN)
        .unwrap();
    assert_eq!(event.text("route"), "/{id}");
    assert!(event.text("expected").ends_with("Tenant"));
    assert!(event.text("reason").contains("missing field `tenant`"));
}
