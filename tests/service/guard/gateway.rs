//! The guard without tower, as a gateway uses it: a head in, access or a rejection out.

use crate::common::*;
use http::request::Parts;
use http::{Response, StatusCode};
use sender_constraint::keys::StaticKeys;
use sender_constraint::proof::Dpop;
use sender_constraint::token::JwtVerifier;
use sender_constraint::{Guard, GuardBuilder};
use serde_json::json;

#[tokio::test]
async fn http_21_accepted_head_is_stripped_of_credentials() {
    let world = World::new();
    let mut head = good(&world, ORIGIN);
    let access = world.guard.check(&mut head).await.unwrap();
    assert_eq!(access.subject(), Some("alice"));
    assert!(access.sender().jkt().is_some());
    assert_eq!(names(&head), ["accept"]);
    assert_eq!((head.method.as_str(), head.uri.path()), ("GET", "/a"));
    // What is known is given to the caller; where it is kept is for the caller to say.
    assert!(head.extensions.is_empty());
}

#[tokio::test]
async fn http_21_credentials_are_kept_on_demand() {
    let world = World::with(|builder| builder.keep_credentials());
    let mut head = good(&world, ORIGIN);
    let _ = world.guard.check(&mut head).await.unwrap();
    assert_eq!(names(&head), ["accept", "authorization", "dpop"]);
}

#[tokio::test]
async fn refused_head_is_left_as_it_is_and_answered() {
    let world = World::new();
    let mut head = good(&world, ORIGIN);
    let mut copy = head.clone();
    let _ = world.guard.check(&mut head).await.unwrap();
    let rejection = world.guard.check(&mut copy).await.unwrap_err();
    assert_eq!(rejection.kind(), "proof_replayed");
    assert_eq!(names(&copy), ["accept", "authorization", "dpop"]);
    let refusal: Response<Vec<u8>> = world.guard.error_response(&rejection, &copy);
    assert_eq!(refusal.status(), StatusCode::UNAUTHORIZED);
    let challenge = refusal.headers()["www-authenticate"].to_str().unwrap();
    assert!(challenge.starts_with("DPoP algs=\"ES256 "), "{challenge}");
    assert!(
        challenge.contains(", error=\"invalid_dpop_proof\", "),
        "{challenge}"
    );
    assert_eq!(refusal.headers()["cache-control"], "no-store");
    assert!(refusal.body().is_empty());
}

#[tokio::test]
async fn refusal_is_the_one_that_the_layer_gives() {
    let world = World::new();
    let expected = world.send(request("", "")).await;
    expected.assert_refused("NOCRED", "credentials_missing");
    let (mut head, ()) = request("", "").into_parts();
    let rejection = world.guard.check(&mut head).await.unwrap_err();
    assert_eq!(&rejection, expected.rejection());
    let refusal: Response<String> = world.guard.error_response(&rejection, &head);
    assert_eq!(refusal.status(), expected.status());
    assert_eq!(refusal.headers(), expected.0.headers());
}

#[tokio::test]
async fn clones_share_the_memory_of_proofs() {
    let world = World::new();
    let head = good(&world, ORIGIN);
    let _ = world.guard.clone().check(&mut head.clone()).await.unwrap();
    for guard in [world.guard.clone(), world.guard.clone().clone()] {
        let rejection = guard.check(&mut head.clone()).await.unwrap_err();
        assert_eq!(rejection.kind(), "proof_replayed");
    }
    let (parts, layered) = (head.clone(), &world);
    let request = http::Request::from_parts(parts, ());
    layered
        .send(request)
        .await
        .assert_refused("PROOF", "proof_replayed");
}

#[tokio::test]
async fn guards_of_one_process_do_not_share_the_memory_of_proofs() {
    let (world, other) = (World::new(), World::new());
    let head = good(&world, ORIGIN);
    let _ = world.guard.check(&mut head.clone()).await.unwrap();
    let _ = other.guard.check(&mut head.clone()).await.unwrap();
    other.guard.check(&mut head.clone()).await.unwrap_err();
}

#[tokio::test]
async fn two_guards_for_two_origins_take_each_their_own_proofs() {
    let world = World::new();
    let other = guard(&world, "https://other.example.com", |builder| builder);
    for (guard, own, foreign) in [
        (&world.guard, ORIGIN, "https://other.example.com"),
        (&other, "https://other.example.com", ORIGIN),
    ] {
        let _ = guard.check(&mut good(&world, own)).await.unwrap();
        let refused = guard.check(&mut good(&world, foreign)).await;
        assert_eq!(refused.unwrap_err().kind(), "proof_target_uri");
    }
}

#[tokio::test]
async fn second_guard_with_other_rules_judges_the_same_head_anew() {
    let world = World::with(|builder| builder.keep_credentials());
    let second = guard(&world, ORIGIN, |builder| builder);
    let mut head = good(&world, ORIGIN);
    let _ = world.guard.check(&mut head).await.unwrap();
    let _ = second.check(&mut head).await.unwrap();
    let rejection = second.check(&mut head).await.unwrap_err();
    assert_eq!(rejection.kind(), "credentials_missing");
}

#[tokio::test]
async fn guard_and_its_answer_may_cross_threads() {
    let world = World::new();
    let (guard, mut head) = (world.guard.clone(), good(&world, ORIGIN));
    let mut copy = head.clone();
    let first = tokio::spawn(async move { guard.check(&mut head).await.map(drop) });
    first.await.unwrap().unwrap();
    world.guard.check(&mut copy).await.unwrap_err();
}

/// A head that passes at a guard for `origin`.
fn good(world: &World, origin: &str) -> Parts {
    let token = world.token().sign();
    let proof = world.proof(&token).claim("htu", format!("{origin}/a"));
    let mut request = request(&format!("DPoP {token}"), &proof.sign());
    request
        .headers_mut()
        .insert("accept", "*/*".parse().unwrap());
    request.into_parts().0
}

fn guard(world: &World, origin: &str, change: impl FnOnce(GuardBuilder) -> GuardBuilder) -> Guard {
    let set = json!({"keys": [world.issuer.published("k1")]}).to_string();
    let keys = StaticKeys::from_json(&set).unwrap();
    let tokens = JwtVerifier::new(ISSUER, AUDIENCE, keys).unwrap();
    let builder = Guard::builder(tokens).dpop(Dpop::new(origin).unwrap());
    change(builder.clock(world.clock.clone())).build().unwrap()
}

fn names(head: &Parts) -> Vec<&str> {
    let mut names: Vec<_> = head.headers.keys().map(|name| name.as_str()).collect();
    names.sort_unstable();
    names
}
