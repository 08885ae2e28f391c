//! A service behind a gateway that made the replay check.

use crate::common::*;
use sender_constraint::Guard;
use sender_constraint::proof::Dpop;

/// Both with the store of the fleet, in which the gateway recorded the proof.
#[tokio::test]
async fn dpop_55_second_hop_accepts_what_the_gateway_accepted_only_without_a_check_of_its_own() {
    let shared = SharedStore::default();
    let gateway = World::with_dpop(|dpop| dpop.replay_store(shared.clone()));
    let checking = World::with_dpop(|dpop| dpop.replay_store(shared.clone()));
    let service = World::with_dpop(Dpop::replay_checked_by_gateway_only);
    let token = gateway.token().sign();
    let proof = gateway.proof(&token).sign();
    gateway.present(&token, &proof).await.assert_passed();
    let answer = checking.present(&token, &proof).await;
    answer.assert_refused("PROOF", "proof_replayed");
    service.present(&token, &proof).await.assert_passed();
    assert_eq!(shared.calls(), 2);

    // Its condition: whoever reaches the service without the gateway can replay.
    service.present(&token, &proof).await.assert_passed();
    let answer = gateway.present(&token, &proof).await;
    answer.assert_refused("PROOF", "proof_replayed");
}

#[tokio::test]
async fn second_hop_checks_everything_else() {
    let world = World::with_dpop(Dpop::replay_checked_by_gateway_only);
    let token = world.token().sign();
    let proof = || world.proof(&token);
    let other = Key::from_seed("ES256", 9);
    for (proof, kind) in [
        (proof().claim("htm", "POST"), "proof_method"),
        (
            proof().claim("htu", "https://x.example/a"),
            "proof_target_uri",
        ),
        (proof().claim("iat", NOW - 61), "proof_issued_too_long_ago"),
        (proof().claim("ath", "x"), "proof_access_token_hash"),
        (proof().signed_by(&other), "proof_signature"),
    ] {
        let answer = world.present(&token, &proof.sign()).await;
        answer.assert_refused("PROOF", kind);
    }
    let answer = world.present_bearer(&token).await;
    answer.assert_refused("TOK(Bearer)", "binding_bound_token_as_bearer");
    world.send(world.good_request()).await.assert_passed();
}

#[tokio::test]
async fn guards_derived_from_one_without_a_replay_check_have_none() {
    let world = World::with_dpop(Dpop::replay_checked_by_gateway_only);
    let derived: Guard = world.guard.to_builder().realm("r").build().unwrap();
    let (mut head, ()) = world.good_request().into_parts();
    let mut copy = head.clone();
    assert!(world.guard.check(&mut head).await.is_ok());
    assert!(derived.check(&mut copy).await.is_ok());
}
