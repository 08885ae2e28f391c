//! A clock that jumps and is set right: nothing passes twice, and nothing withdrawn lives on.

use crate::common::*;
use crate::remote::{Remote, settle};
use sender_constraint::replay::MemoryStore;

/// THR-45: steps in both directions, old proofs tried again after each.
#[tokio::test]
async fn dpop_58_no_proof_passes_twice_over_steps_of_the_clock() {
    let world = World::new();
    let mut used = Vec::new();
    let mut now = NOW;
    let steps: [i64; 14] = [0, 30, 75, -40, 200, -200, 69, 1, 1, 3600, -3600, 71, -71, 5];
    for step in steps {
        now = now.saturating_add_signed(step);
        world.clock.set(now);
        for offset in [-60, -30, 0, 10] {
            let iat = now.saturating_add_signed(offset);
            let token = world.token().claim("exp", NOW + 100_000).sign();
            let proof = world.proof(&token).claim("iat", iat).sign();
            if world.present(&token, &proof).await.outcome() == "OK" {
                used.push((token, proof));
            }
        }
        for (token, proof) in &used {
            assert_ne!(world.present(token, proof).await.outcome(), "OK");
        }
    }
    assert!(used.len() > 10);
}

/// Two generations are dropped while the clock is fast: only proofs of their time cannot be told from replays.
#[tokio::test]
async fn dpop_60_after_a_fast_clock_only_the_time_it_went_through_is_refused() {
    let window = MemoryStore::new(1024).expect("a window");
    let world = World::with_dpop(|dpop| dpop.replay_store(window));
    for ahead in [3600, 3680, 3760, 3840] {
        send_at(&world, NOW + ahead).await.assert_passed();
    }
    for second in [60, 200, 3500, 4000] {
        send_at(&world, NOW + second).await.assert_passed();
    }
    send_at(&world, NOW + 3760)
        .await
        .assert_refused("INFRA", "replay_clock_set_back");
}

#[tokio::test]
async fn key_05_a_key_set_fetched_by_a_fast_clock_does_not_stay_young() {
    let remote = Remote::connected().await;
    let good = remote.good_token();
    remote.set(NOW + 30 * DAY);
    remote.world.present_bearer(&good).await;
    settle().await;
    remote.set(NOW + 60);
    remote
        .net
        .publish(&[Key::from_seed("ES256", 9).published("k9")]);
    remote.world.present_bearer(&good).await;
    settle().await;
    remote
        .world
        .present_bearer(&good)
        .await
        .assert_refused("TOK(Bearer)", "token_unknown_key");
}

#[tokio::test]
async fn key_02_fetches_are_as_rare_after_a_clock_was_set_back() {
    let remote = Remote::connected().await;
    remote.set(NOW + 60);
    look(&remote, 2).await;
    // By more than the cool-down: the clock may take long to catch up.
    remote.set(NOW + 20);
    for _ in 0..5 {
        look(&remote, 3).await;
    }
    remote.set(NOW + 49);
    look(&remote, 3).await;
    remote.set(NOW + 50);
    look(&remote, 4).await;
}

#[tokio::test(start_paused = true)]
async fn key_02_clock_that_is_set_back_a_little_brings_no_fetch_forward() {
    let remote = Remote::connected().await;
    remote.set(NOW + 60);
    look(&remote, 2).await;
    remote.set(NOW + 40);
    look(&remote, 2).await;
    // The key may be new: the token waits for a fetch.
    let young = remote.token_issued_at(NOW + 55, &remote.world.issuer, "young");
    let answer = remote.world.present_bearer(&young).await;
    answer.assert_refused("TOK(Bearer)", "token_unknown_key");
    assert_eq!(remote.net.fetches(), 3);
    remote.set(NOW + 89);
    look(&remote, 3).await;
    remote.set(NOW + 90);
    look(&remote, 4).await;
}

/// Presents a token with an unknown key, after which there were so many fetches.
async fn look(remote: &Remote, fetches: usize) {
    let token = remote.token(&remote.world.issuer, "unknown");
    let answer = remote.world.present_bearer(&token).await;
    answer.assert_refused("TOK(Bearer)", "token_unknown_key");
    assert_eq!(remote.net.fetches(), fetches);
}

async fn send_at(world: &World, at: u64) -> Answer {
    world.clock.set(at);
    let token = world.token().claim("exp", NOW + 100_000).sign();
    let proof = world.proof(&token).claim("iat", at).sign();
    world.present(&token, &proof).await
}

const DAY: u64 = 86_400;
