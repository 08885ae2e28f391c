//! A shared store with an in-process filter in front: what the node saw, outages, and the choice during them.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use crate::common::{MintToken as _, NOW, ServerState, SharedStore, Token, World};
use sender_constraint::replay::{
    FilteredStore, Insertion, MemoryStore, ReplayError, ReplayStore as _, UsedProof,
};
use sender_constraint::time::Timestamp;
use sender_constraint::{ConfigError, Digest};

#[tokio::test]
async fn what_this_node_accepted_is_refused_without_a_call_and_after_a_failover() {
    let (store, shared) = filtered();
    assert_eq!(store.insert(&proof(1)).await, Ok(Insertion::Fresh));
    shared.restart_empty();
    assert!(store.has_seen(&proof(1).key, proof(1).now));
    assert_eq!(store.insert(&proof(1)).await, Ok(Insertion::Replayed));
    assert_eq!(shared.calls(), 1);
    // At its last moment too, and no longer.
    let mut last = proof(1);
    last.now = last.expires_at;
    assert_eq!(store.insert(&last).await, Ok(Insertion::Replayed));
    let after = last.now.saturating_add(Duration::from_secs(1));
    assert!(!store.has_seen(&last.key, after));
}

#[tokio::test]
async fn what_another_node_accepted_is_decided_by_the_shared_store() {
    let (store, shared) = filtered();
    assert_eq!(shared.insert(&proof(1)).await, Ok(Insertion::Fresh));
    for _ in 0..2 {
        assert_eq!(store.insert(&proof(1)).await, Ok(Insertion::Replayed));
    }
    assert_eq!(shared.calls(), 3, "the filter has what it accepted only");
}

#[tokio::test]
async fn dpop_61_unavailable_shared_store_refuses_and_uses_up_nothing() {
    let (store, shared) = filtered();
    let world = World::with_dpop(|dpop| dpop.replay_store(store));
    let token = world.token().sign();
    let proof = world.proof(&token).sign();
    shared.set(ServerState::Unavailable);
    for _ in 0..2 {
        let answer = world.present(&token, &proof).await;
        answer.assert_refused("INFRA", "unavailable_replay_store");
    }
    shared.set(ServerState::Available);
    world.present(&token, &proof).await.assert_passed();
    let answer = world.present(&token, &proof).await;
    answer.assert_refused("PROOF", "proof_replayed");
}

#[tokio::test]
async fn dpop_61_choice_for_outages_accepts_a_proof_once_per_node() {
    let (store, shared) = filtered();
    let store = Arc::new(store.accept_once_per_node_during_outages());
    let world = World::with_dpop(|dpop| dpop.replay_store(Arc::clone(&store)));
    let token = world.token().sign();
    let before = world.proof(&token).sign();
    world.present(&token, &before).await.assert_passed();
    shared.set(ServerState::Unavailable);
    let during = world.proof(&token).sign();
    world.present(&token, &during).await.assert_passed();
    assert!(store.is_without_shared_store());
    for used in [&before, &during] {
        let answer = world.present(&token, used).await;
        answer.assert_refused("PROOF", "proof_replayed");
    }
    shared.set(ServerState::Available);
    world.clock.advance(1);
    let after = world.proof(&token).sign();
    world.present(&token, &after).await.assert_passed();
    assert!(!store.is_without_shared_store());
    for used in [&before, &during, &after] {
        let answer = world.present(&token, used).await;
        answer.assert_refused("PROOF", "proof_replayed");
    }
    assert_eq!(store.accepted_during_outages(), 1);
}

#[tokio::test]
async fn dpop_61_only_an_outage_leads_to_the_filter_alone() {
    for (state, kind) in [
        (ServerState::Full, "replay_full"),
        (ServerState::ClockSetBack, "replay_clock_set_back"),
    ] {
        let (store, shared) = filtered();
        let store = Arc::new(store.accept_once_per_node_during_outages());
        let world = World::with_dpop(|dpop| dpop.replay_store(Arc::clone(&store)));
        shared.set(state);
        let answer = world.send(world.good_request()).await;
        answer.assert_refused("INFRA", kind);
        assert!(!store.is_without_shared_store());
        assert_eq!(store.accepted_during_outages(), 0);
    }
    let (store, shared) = filtered();
    let store = store.accept_once_per_node_during_outages();
    assert_eq!(shared.insert(&proof(1)).await, Ok(Insertion::Fresh));
    assert_eq!(store.insert(&proof(1)).await, Ok(Insertion::Replayed));
    assert_eq!(store.accepted_during_outages(), 0);
}

/// A store that answers with an error is not unavailable.
#[tokio::test]
async fn outage_ends_with_any_answer() {
    let (store, shared) = filtered();
    let store = store.accept_once_per_node_during_outages();
    shared.set(ServerState::Unavailable);
    assert_eq!(store.insert(&proof(1)).await, Ok(Insertion::Fresh));
    shared.set(ServerState::Full);
    let full = Err(ReplayError::Full { capacity: 7 });
    assert_eq!(store.insert(&later(proof(2), 1)).await, full);
    assert!(!store.is_without_shared_store());
}

/// Its answer says nothing about the time after the outage began.
#[tokio::test]
async fn call_from_before_an_outage_does_not_end_it() {
    let (store, shared) = filtered();
    let store = store.accept_once_per_node_during_outages();
    let early = proof(1);
    let mut early = std::pin::pin!(store.insert(&early));
    let is_pending = poll_fn(|context| Poll::Ready(early.as_mut().poll(context).is_pending()));
    assert!(is_pending.await);
    shared.set(ServerState::Unavailable);
    assert_eq!(store.insert(&proof(2)).await, Ok(Insertion::Fresh));
    shared.set(ServerState::Available);
    assert_eq!(early.await, Ok(Insertion::Fresh));
    assert!(store.is_without_shared_store());
    assert_eq!(store.insert(&proof(3)).await, Ok(Insertion::Fresh));
    assert_eq!(store.accepted_during_outages(), 2);
}

#[tokio::test]
async fn one_request_in_a_second_calls_a_store_that_is_unavailable() {
    let (store, shared) = filtered();
    let store = store.accept_once_per_node_during_outages();
    shared.set(ServerState::Unavailable);
    for (number, (seconds, calls)) in [(10, 1), (10, 1), (11, 2), (11, 2), (20, 3), (5, 4), (5, 4)]
        .into_iter()
        .enumerate()
    {
        let used = later(proof(number), seconds);
        assert_eq!(store.insert(&used).await, Ok(Insertion::Fresh));
        assert_eq!(shared.calls(), calls, "request {number} at {seconds} s");
    }
}

#[tokio::test(start_paused = true)]
async fn hanging_shared_store_is_unavailable_after_the_timeout() {
    let (store, shared) = filtered();
    let store = store.timeout(Duration::from_millis(300)).unwrap();
    shared.set(ServerState::Hanging);
    let began = tokio::time::Instant::now();
    let Err(ReplayError::Unavailable(error)) = store.insert(&proof(1)).await else {
        panic!("it does not answer");
    };
    assert_eq!(began.elapsed(), Duration::from_millis(300));
    let text = "no answer within 300ms; configure with `FilteredStore::timeout`";
    assert_eq!(error.reason(), text);

    // Within the time that a guard allows, so that the choice for outages has an effect.
    let (store, shared) = filtered();
    let store = store.accept_once_per_node_during_outages();
    shared.set(ServerState::Hanging);
    let world = World::with_dpop(|dpop| dpop.replay_store(store));
    world.send(world.good_request()).await.assert_passed();
    let began = tokio::time::Instant::now();
    world.send(world.good_request()).await.assert_passed();
    assert_eq!(began.elapsed(), Duration::ZERO, "no request but one waits");
}

#[test]
fn timeout_of_the_shared_store_has_limits() {
    for (millis, is_good) in [(0, false), (1, true), (30_000, true), (30_001, false)] {
        let (store, _) = filtered();
        let set = store.timeout(Duration::from_millis(millis));
        let is_refused = matches!(set, Err(ConfigError::Duration { .. }));
        assert_eq!(is_refused, !is_good, "{millis}");
    }
}

#[tokio::test]
async fn dpop_60_full_filter_refuses_though_the_shared_store_has_space() {
    for during_outage in [false, true] {
        let shared = SharedStore::default();
        let filter = MemoryStore::new(1024).unwrap();
        let filter = filter.share_per_principal(1024).unwrap();
        let store = FilteredStore::new(shared.clone(), filter);
        let store = store.accept_once_per_node_during_outages();
        if during_outage {
            shared.set(ServerState::Unavailable);
        }
        for number in 0..1024 {
            assert_eq!(store.insert(&proof(number)).await, Ok(Insertion::Fresh));
        }
        let full = Err(ReplayError::Full { capacity: 1024 });
        assert_eq!(store.insert(&proof(1024)).await, full);
    }
}

#[tokio::test]
async fn dpop_60_share_of_a_principal_holds_in_the_filter() {
    let shared = SharedStore::default();
    let filter = MemoryStore::new(1024).unwrap();
    let store = FilteredStore::new(shared, filter.share_per_principal(64).unwrap());
    let world = World::with_dpop(|dpop| dpop.replay_store(store));
    let token = world.token().sign();
    for _ in 0..64 {
        let proof = world.proof(&token).sign();
        world.present(&token, &proof).await.assert_passed();
    }
    let answer = world.present(&token, &world.proof(&token).sign()).await;
    answer.assert_refused("429", "replay_principal_share_used");
    let other = Token::bound(&world.issuer, &world.client).claim("sub", "bob");
    let other = other.sign();
    let proof = world.proof(&other).sign();
    world.present(&other, &proof).await.assert_passed();
}

/// The shared store is lost and found again while copies of one proof arrive.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn dpop_59_of_a_hundred_equal_proofs_one_passes_whatever_the_shared_store_does() {
    for round in 0..20 {
        let (store, shared) = filtered();
        let store = Arc::new(store.accept_once_per_node_during_outages());
        let inserts: Vec<_> = (0..100)
            .map(|number| {
                let (store, shared) = (Arc::clone(&store), shared.clone());
                tokio::spawn(async move {
                    match number % 4 {
                        0 => shared.restart_empty(),
                        1 => shared.set(ServerState::Unavailable),
                        2 => shared.set(ServerState::Available),
                        _ => {}
                    }
                    store.insert(&later(proof(round), number)).await
                })
            })
            .collect();
        let mut fresh = 0;
        for insert in inserts {
            fresh += usize::from(insert.await.unwrap() == Ok(Insertion::Fresh));
        }
        assert_eq!(fresh, 1);
    }
}

fn filtered() -> (FilteredStore, SharedStore) {
    let shared = SharedStore::default();
    let filter = MemoryStore::new(1024).unwrap();
    (FilteredStore::new(shared.clone(), filter), shared)
}

/// Proof number `number`, of a principal of its own, made at `NOW`.
fn proof(number: usize) -> UsedProof {
    let key = Digest::sha256(format!("proof {number}").as_bytes());
    let now = Timestamp::from_unix_seconds(NOW);
    UsedProof::new(key, key, now.saturating_add(Duration::from_secs(70)), now)
}

/// The same proof, presented later.
fn later(mut proof: UsedProof, seconds: u64) -> UsedProof {
    proof.now = proof.now.saturating_add(Duration::from_secs(seconds));
    proof
}
