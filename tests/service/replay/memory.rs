//! The in-process store by itself: bounded, never forgetful while a proof lives, whatever the clock does.

use crate::common::{NOW, World};
use sender_constraint::replay::{Insertion, MemoryStore, ReplayError, ReplayStore, UsedProof};
use sender_constraint::time::Timestamp;
use sender_constraint::{ConfigError, Digest};

const LIFE: u64 = 70;

#[tokio::test]
async fn dpop_60_holds_its_capacity_and_refuses_the_next() {
    for capacity in [1024, 4095] {
        let window = MemoryStore::new(capacity)
            .unwrap()
            .share_per_principal(capacity)
            .unwrap();
        assert_eq!(window.capacity(), capacity);
        for key in 0..capacity {
            let answer = insert(&window, &proof(key, key, NOW)).await;
            assert_eq!(answer, Ok(Insertion::Fresh));
        }
        let full = Err(ReplayError::Full { capacity });
        assert_eq!(insert(&window, &proof(capacity, 0, NOW)).await, full);
        for key in 0..capacity {
            let answer = insert(&window, &proof(key, key, NOW)).await;
            assert_eq!(answer, Ok(Insertion::Replayed));
            assert!(window.has_seen(&digest("proof", key), Timestamp::from_unix_seconds(NOW)));
        }
    }
}

#[tokio::test]
async fn dpop_60_never_holds_more_than_its_capacity_and_forgets_nothing() {
    let window = MemoryStore::new(20_000)
        .unwrap()
        .share_per_principal(20_000)
        .unwrap();
    let mut held = Vec::new();
    for key in 0..40_000 {
        if insert(&window, &proof(key, key, NOW)).await == Ok(Insertion::Fresh) {
            held.push(key);
        }
    }
    assert!(held.len() <= window.capacity());
    assert!(held.len() >= window.capacity() / 100 * 95, "{}", held.len());
    for key in held {
        let answer = insert(&window, &proof(key, key, NOW)).await;
        assert_eq!(answer, Ok(Insertion::Replayed));
    }
}

#[tokio::test]
async fn dpop_60_a_seat_is_free_again_within_twice_the_life_of_a_proof() {
    let window = MemoryStore::new(1024)
        .unwrap()
        .share_per_principal(1024)
        .unwrap();
    let mut key = 0;
    for round in 0..5 {
        let now = NOW + round * (LIFE + 1);
        for _ in 0..512 {
            let answer = insert(&window, &proof(key, 0, now)).await;
            assert_eq!(answer, Ok(Insertion::Fresh), "round {round}");
            key += 1;
        }
    }
}

#[tokio::test]
async fn dpop_60_steady_traffic_needs_twice_what_lives_at_a_time() {
    let window = MemoryStore::new(1024)
        .unwrap()
        .share_per_principal(1024)
        .unwrap();
    // 7 a second for 71 seconds are 497 live proofs.
    for second in 0..600 {
        for number in 0..7 {
            let used = proof(second * 7 + number, 0, NOW + u64::try_from(second).unwrap());
            let answer = insert(&window, &used).await;
            assert_eq!(answer, Ok(Insertion::Fresh), "second {second}");
        }
    }
}

#[tokio::test]
async fn dpop_58_a_proof_outlives_the_shorter_ones_beside_it() {
    let window = MemoryStore::new(1024).unwrap();
    assert_eq!(
        insert(&window, &proof(0, 0, NOW)).await,
        Ok(Insertion::Fresh)
    );
    let long = at(proof(1, 0, NOW + 10), NOW + 1);
    assert_eq!(insert(&window, &long).await, Ok(Insertion::Fresh));
    let short = at(proof(2, 0, NOW - 40), NOW + 2);
    assert_eq!(insert(&window, &short).await, Ok(Insertion::Fresh));
    // The first proof expires, and its generation with it.
    let later = proof(3, 0, NOW + 71);
    assert_eq!(insert(&window, &later).await, Ok(Insertion::Fresh));
    for second in 71..=80 {
        let again = at(long, NOW + second);
        assert_eq!(insert(&window, &again).await, Ok(Insertion::Replayed));
    }
}

#[tokio::test]
async fn dpop_60_clients_have_a_quarter_each_unless_told_otherwise() {
    let window = MemoryStore::new(1024).unwrap();
    for key in 0..256 {
        let answer = insert(&window, &proof(key, 1, NOW)).await;
        assert_eq!(answer, Ok(Insertion::Fresh));
    }
    let used = Err(ReplayError::PrincipalShareUsed { share: 256 });
    assert_eq!(insert(&window, &proof(256, 1, NOW)).await, used);
    assert_eq!(
        insert(&window, &proof(0, 1, NOW)).await,
        Ok(Insertion::Replayed)
    );
    assert_eq!(
        insert(&window, &proof(257, 2, NOW)).await,
        Ok(Insertion::Fresh)
    );
    // The share comes back with the seats.
    let later = proof(258, 1, NOW + 2 * (LIFE + 1));
    assert_eq!(insert(&window, &later).await, Ok(Insertion::Fresh));
}

#[tokio::test]
async fn dpop_58_clock_that_steps_back_clears_nothing_at_first_and_opens_no_door() {
    for (seconds, may_drop) in [(60, false), (200, true)] {
        let window = MemoryStore::new(1024).unwrap();
        let used = |step: u64| proof(usize::try_from(step).unwrap(), 0, NOW - step);
        for step in 0..seconds {
            assert_eq!(insert(&window, &used(step)).await, Ok(Insertion::Fresh));
        }
        for step in 0..seconds {
            let answer = insert(&window, &at(used(step), NOW - seconds)).await;
            let is_dropped = may_drop && answer == Err(ReplayError::ClockSetBack);
            assert!(
                is_dropped || answer == Ok(Insertion::Replayed),
                "{answer:?}"
            );
        }
    }
}

#[tokio::test]
async fn dpop_58_clock_that_jumps_ahead_and_back_opens_no_door() {
    let window = MemoryStore::new(1024).unwrap();
    let used = proof(1, 0, NOW);
    assert_eq!(insert(&window, &used).await, Ok(Insertion::Fresh));
    // Each of these turns the generations.
    for jump in [LIFE + 1, 3600, 86_400] {
        let ahead = proof(1000 + usize::try_from(jump).unwrap(), 0, NOW + jump);
        assert_eq!(insert(&window, &ahead).await, Ok(Insertion::Fresh));
    }
    for second in 0..=LIFE {
        let again = at(used, NOW + second);
        assert_eq!(
            insert(&window, &again).await,
            Err(ReplayError::ClockSetBack)
        );
    }
}

#[tokio::test]
async fn dpop_58_service_stays_shut_to_old_proofs_after_a_jump_and_opens_to_new_ones() {
    let world = World::with_dpop(|dpop| dpop.replay_store(MemoryStore::new(1024).unwrap()));
    let token = world.token().sign();
    let proof = world.proof(&token).sign();
    world.present(&token, &proof).await.assert_passed();
    for jump in [100, 300] {
        world.clock.set(NOW + jump);
        let ahead = world.proof(&token).claim("iat", NOW + jump).sign();
        world.present(&token, &ahead).await.assert_passed();
    }
    world.clock.set(NOW + 30);
    let answer = world.present(&token, &proof).await;
    answer.assert_refused("INFRA", "replay_clock_set_back");
    let fresh = world.proof(&token).claim("iat", NOW + 400).sign();
    world.clock.set(NOW + 400);
    world.present(&token, &fresh).await.assert_passed();
}

#[test]
fn capacity_and_share_have_limits() {
    let share = |proofs| {
        MemoryStore::new(2048)
            .unwrap()
            .share_per_principal(proofs)
            .map(drop)
    };
    for size in [1024, 1 << 31] {
        assert!(MemoryStore::new(size).is_ok(), "{size}");
    }
    for size in [0, 1023, (1 << 31) + 1, usize::MAX] {
        let error = MemoryStore::new(size).map(drop).unwrap_err();
        assert!(matches!(error, ConfigError::Size { value, .. } if value == size));
    }
    // A 64th of the capacity is the least share.
    assert!(share(32).is_ok() && share(2048).is_ok());
    for proofs in [0, 31, 2049] {
        let error = share(proofs).unwrap_err();
        assert!(matches!(error, ConfigError::Size { value, .. } if value == proofs));
    }
}

async fn insert(window: &MemoryStore, proof: &UsedProof) -> Result<Insertion, ReplayError> {
    window.insert(proof).await
}

/// Proof number `key` of client number `client`, made now.
fn proof(key: usize, client: usize, now: u64) -> UsedProof {
    UsedProof::new(
        digest("proof", key),
        digest("client", client),
        Timestamp::from_unix_seconds(now + LIFE),
        Timestamp::from_unix_seconds(now),
    )
}

/// The same proof, presented at another time.
fn at(mut proof: UsedProof, now: u64) -> UsedProof {
    proof.now = Timestamp::from_unix_seconds(now);
    proof
}

fn digest(what: &str, number: usize) -> Digest {
    Digest::sha256(format!("{what} {number}").as_bytes())
}
