//! A proof passes once (RFC 9449 section 11.1): to its last second, at once from many sides, and only if
//! everything else about it held.

use std::sync::Arc;

use crate::common::{Key, NOW, World};
use sender_constraint::replay::MemoryStore;

#[tokio::test]
async fn dpop_55_a_proof_passes_once() {
    let world = World::new();
    let token = world.token().sign();
    let proof = world.proof(&token);
    let text = proof.sign();
    world.present(&token, &text).await.assert_passed();
    for again in [text, proof.sign(), proof.clone().claim("x", 1).sign()] {
        let answer = world.present(&token, &again).await;
        answer.assert_refused("PROOF", "proof_replayed");
    }
    let other = world.proof(&token).sign();
    world.present(&token, &other).await.assert_passed();
}

#[tokio::test]
async fn dpop_58_a_proof_is_remembered_to_its_last_second() {
    // One shard, so that the proofs in between turn the generations.
    let world = World::with_dpop(|dpop| dpop.replay_store(MemoryStore::new(1024).unwrap()));
    let token = world.token().sign();
    let proof = world.proof(&token).claim("iat", NOW + 10).sign();
    world.present(&token, &proof).await.assert_passed();
    for second in 1..=70 {
        world.clock.set(NOW + second);
        let between = world.proof(&token).claim("iat", NOW + second).sign();
        world.present(&token, &between).await.assert_passed();
        let answer = world.present(&token, &proof).await;
        answer.assert_refused("PROOF", "proof_replayed");
    }
    world.clock.set(NOW + 71);
    let answer = world.present(&token, &proof).await;
    answer.assert_refused("PROOF", "proof_issued_too_long_ago");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn dpop_59_of_a_hundred_equal_proofs_at_once_one_passes() {
    let world = Arc::new(World::new());
    for _ in 0..5 {
        let before = world.calls();
        let token = world.token().sign();
        let proof = world.proof(&token).sign();
        let start = Arc::new(tokio::sync::Barrier::new(100));
        let requests: Vec<_> = (0..100)
            .map(|_| {
                let (world, start) = (Arc::clone(&world), Arc::clone(&start));
                let (token, proof) = (token.clone(), proof.clone());
                tokio::spawn(async move {
                    start.wait().await;
                    world.present(&token, &proof).await
                })
            })
            .collect();
        let mut passed = 0;
        for request in requests {
            let answer = request.await.unwrap();
            if answer.status().is_success() {
                passed += 1;
            } else {
                answer.assert_refused("PROOF", "proof_replayed");
            }
        }
        assert_eq!(passed, 1);
        assert_eq!(world.calls() - before, 1);
    }
}

#[tokio::test]
async fn dpop_60_full_store_refuses_and_lets_nothing_pass_again() {
    let window = MemoryStore::new(1024)
        .unwrap()
        .share_per_principal(1024)
        .unwrap();
    let world = World::with_dpop(|dpop| dpop.replay_store(window));
    let token = world.token().sign();
    let proofs: Vec<_> = (0..1024).map(|_| world.proof(&token).sign()).collect();
    for proof in &proofs {
        world.present(&token, proof).await.assert_passed();
    }
    let one_more = world.proof(&token).sign();
    for _ in 0..2 {
        let answer = world.present(&token, &one_more).await;
        answer.assert_refused("INFRA", "replay_full");
        assert_eq!(answer.header("retry-after"), Some("5"));
    }
    for proof in &proofs {
        let answer = world.present(&token, proof).await;
        answer.assert_refused("PROOF", "proof_replayed");
    }
    assert_eq!(world.calls(), 1024);
    // Once the proofs have expired there is room again.
    world.clock.set(NOW + 71);
    let later = world.proof(&token).claim("iat", NOW + 71).sign();
    world.present(&token, &later).await.assert_passed();
}

#[tokio::test]
async fn dpop_60_one_client_uses_up_its_share_and_no_more() {
    let window = MemoryStore::new(1024)
        .unwrap()
        .share_per_principal(64)
        .unwrap();
    let world = World::with_dpop(|dpop| dpop.replay_store(window));
    let token = world.token().sign();
    for _ in 0..64 {
        let proof = world.proof(&token).sign();
        world.present(&token, &proof).await.assert_passed();
    }
    let proof = world.proof(&token).sign();
    let answer = world.present(&token, &proof).await;
    answer.assert_refused("429", "replay_principal_share_used");
    let other = world.token().claim("sub", "bob").sign();
    let proof = world.proof(&other).sign();
    world.present(&other, &proof).await.assert_passed();
}

#[tokio::test]
async fn a_replayed_proof_costs_no_signature_check() {
    let world = World::new();
    let token = world.token().sign();
    let proof = world.proof(&token);
    let forged = proof.clone().signed_by(&Key::from_seed("ES256", 9)).sign();
    let answer = world.present(&token, &forged).await;
    answer.assert_refused("PROOF", "proof_signature");
    world.present(&token, &proof.sign()).await.assert_passed();
    let answer = world.present(&token, &forged).await;
    answer.assert_refused("PROOF", "proof_replayed");
}

#[tokio::test]
async fn an_invalid_proof_uses_up_nothing() {
    let world = World::new();
    let token = world.token().sign();
    let proof = world.proof(&token);
    for invalid in [
        proof.clone().signed_by(&Key::from_seed("ES256", 9)),
        proof.clone().claim("htm", "POST"),
        proof.clone().claim("htu", "https://rs.example.com/b"),
        proof.clone().claim("iat", NOW - 61),
        proof.clone().claim("ath", "x"),
        proof.clone().header("typ", "JWT"),
    ] {
        let answer = world.present(&token, &invalid.sign()).await;
        assert_eq!(answer.outcome(), "PROOF");
    }
    world.present(&token, &proof.sign()).await.assert_passed();
}
