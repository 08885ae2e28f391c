//! The store on a moka cache: counts, refuses when full, and expires by the guard's clock.

use std::pin::Pin;
use std::sync::Barrier;
use std::task::{Context, Poll, Waker};
use std::thread;

use crate::common::{NOW, World};
use sender_constraint::replay::{Insertion, MokaStore, ReplayError, ReplayStore as _, UsedProof};
use sender_constraint::time::Timestamp;
use sender_constraint::{ConfigError, Digest};

#[tokio::test]
async fn dpop_60_moka_store_holds_its_capacity_and_evicts_nothing() {
    let store = store(1024);
    for round in 0..3 {
        let now = 100 * round;
        for key in 0..1024 {
            let fresh = insert(&store, &format!("{round} {key}"), now, now + 70).await;
            assert_eq!(fresh, Ok(Insertion::Fresh), "round {round}");
        }
        assert_eq!(store.held(), 1024);
        for more in 0..1024 {
            let refused = insert(&store, &format!("more {more}"), now, now + 70).await;
            assert_eq!(refused, Err(ReplayError::Full { capacity: 1024 }));
        }
        for key in 0..1024 {
            let again = insert(&store, &format!("{round} {key}"), now + 70, now + 70).await;
            assert_eq!(again, Ok(Insertion::Replayed));
        }
    }
}

#[tokio::test]
async fn dpop_60_full_moka_store_refuses_with_503_until_proofs_expire() {
    let world = World::with_dpop(|dpop| dpop.replay_store(store(1024)));
    let token = world.token().sign();
    for _ in 0..1024 {
        let proof = world.proof(&token).sign();
        world.present(&token, &proof).await.assert_passed();
    }
    let answer = world.present(&token, &world.proof(&token).sign()).await;
    answer.assert_refused("INFRA", "replay_full");
    world.clock.set(NOW + 71);
    let later = world.proof(&token).claim("iat", NOW + 71).sign();
    world.present(&token, &later).await.assert_passed();
}

#[tokio::test]
async fn dpop_60_principals_have_a_share_of_a_moka_store() {
    let store = MokaStore::new(1024).unwrap();
    let store = store.share_per_principal(3).unwrap();
    let insert_for = async |principal: &str, key: u64, now: u64| {
        let key = digest(&format!("{principal} {key}"));
        let proof = UsedProof::new(key, digest(principal), at(now + 70), at(now));
        store.insert(&proof).await
    };
    for key in 0..3 {
        assert_eq!(insert_for("busy", key, 0).await, Ok(Insertion::Fresh));
    }
    let used = Err(ReplayError::PrincipalShareUsed { share: 3 });
    assert_eq!(insert_for("busy", 3, 70).await, used);
    assert_eq!(insert_for("busy", 0, 70).await, Ok(Insertion::Replayed));
    assert_eq!(insert_for("other", 0, 70).await, Ok(Insertion::Fresh));
    for key in 10..13 {
        assert_eq!(insert_for("busy", key, 71).await, Ok(Insertion::Fresh));
    }
    assert_eq!(insert_for("busy", 13, 71).await, used);
    // What expires makes room for as many.
    for (key, now) in [(0, 100), (1, 100), (2, 130), (10, 171), (11, 171)] {
        assert_eq!(insert_for("steady", key, now).await, Ok(Insertion::Fresh));
    }
    assert_eq!(insert_for("steady", 12, 171).await, used);
}

/// More than an insert removes.
#[tokio::test]
async fn entries_that_expired_while_nothing_arrived_refuse_nobody() {
    let store = store(1024);
    for key in 0..1024 {
        let fresh = insert(&store, &format!("{key}"), 0, key / 20).await;
        assert_eq!(fresh, Ok(Insertion::Fresh));
    }
    for key in 0..1024 {
        let fresh = insert(&store, &format!("later {key}"), 1000, 1070).await;
        assert_eq!(fresh, Ok(Insertion::Fresh));
    }
    assert_eq!(store.held(), 1024);
}

#[tokio::test]
async fn dpop_58_key_of_a_moka_store_is_free_again_after_its_last_moment() {
    let store = store(1024);
    for life in 0..5 {
        let start = 200 * life;
        let until = start + 70;
        assert_eq!(
            insert(&store, "x", start, until).await,
            Ok(Insertion::Fresh)
        );
        assert!(store.has_seen(&digest("x"), at(until)));
        let again = insert(&store, "x", until, until).await;
        assert_eq!(again, Ok(Insertion::Replayed));
        assert!(!store.has_seen(&digest("x"), at(until + 1)));
        // Before it is removed, and after.
        let next = insert(&store, "x", until + 1, until + 71).await;
        assert_eq!(next, Ok(Insertion::Fresh));
        assert_eq!(store.held(), 1);
    }
}

/// A backlog of expired entries is removed at the last second of a key that is in use again.
#[tokio::test]
async fn dpop_58_key_of_a_moka_store_in_use_again_is_kept_until_its_last_moment() {
    let store = store(1024);
    assert_eq!(insert(&store, "x", 0, 70).await, Ok(Insertion::Fresh));
    for key in 0..40 {
        let fresh = insert(&store, &format!("{key}"), 0, 70).await;
        assert_eq!(fresh, Ok(Insertion::Fresh));
    }
    assert_eq!(insert(&store, "x", 71, 141).await, Ok(Insertion::Fresh));
    while store.held() > 1 {
        let before = store.held();
        let again = insert(&store, "x", 141, 141).await;
        assert_eq!(again, Ok(Insertion::Replayed));
        assert!(store.held() < before);
    }
    let again = insert(&store, "x", 141, 141).await;
    assert_eq!(again, Ok(Insertion::Replayed));
}

/// DPOP-58: what was removed while the clock ran ahead cannot be replayed once it is right.
#[tokio::test]
async fn dpop_58_moka_store_survives_a_clock_that_ran_ahead() {
    let store = store(1024);
    for key in 0..100 {
        let fresh = insert(&store, &format!("early {key}"), 0, 70).await;
        assert_eq!(fresh, Ok(Insertion::Fresh));
    }
    for key in 0..100 {
        let fresh = insert(&store, &format!("ahead {key}"), 3600, 3670).await;
        assert_eq!(fresh, Ok(Insertion::Fresh));
    }
    for key in 0..100 {
        let early = insert(&store, &format!("early {key}"), 10, 70).await;
        assert_eq!(early, Err(ReplayError::ClockSetBack));
        let honest = insert(&store, &format!("honest {key}"), 10, 80).await;
        assert_eq!(honest, Ok(Insertion::Fresh));
    }
    for key in 0..100 {
        let again = insert(&store, &format!("ahead {key}"), 3600, 3670).await;
        assert_eq!(again, Ok(Insertion::Replayed));
    }
}

/// Two requests have read the clock a second apart: one removes the entry, the other one is a copy at its last moment.
#[test]
fn dpop_59_entry_that_is_being_removed_cannot_be_replayed() {
    for _ in 0..300 {
        let store = store(1024);
        let used = proof("used", 0, 70);
        assert_eq!(insert_now(&store, &used), Ok(Insertion::Fresh));
        let start = Barrier::new(2);
        let copied = thread::scope(|scope| {
            scope.spawn(|| {
                start.wait();
                insert_now(&store, &proof("other", 71, 141))
            });
            start.wait();
            insert_now(&store, &proof("used", 70, 70))
        });
        assert_ne!(copied, Ok(Insertion::Fresh));
    }
}

#[test]
fn capacity_and_share_of_a_moka_store_have_limits() {
    for (capacity, is_good) in [
        (1023, false),
        (1024, true),
        (1 << 31, true),
        ((1 << 31) + 1, false),
    ] {
        let refused = matches!(MokaStore::new(capacity), Err(ConfigError::Size { .. }));
        assert_eq!(refused, !is_good, "{capacity}");
    }
    for (share, is_good) in [(0, false), (1, true), (2048, true), (2049, false)] {
        let store = MokaStore::new(2048).unwrap();
        assert_eq!(store.capacity(), 2048);
        assert_eq!(store.share_per_principal(share).is_ok(), is_good, "{share}");
    }
}

#[tokio::test]
async fn debug_of_a_moka_store_shows_no_contents() {
    let store = store(1024);
    assert_eq!(insert(&store, "x", 0, 70).await, Ok(Insertion::Fresh));
    assert_eq!(format!("{store:?}"), "MokaStore(capacity 1024)");
}

/// In which one principal may use it all.
fn store(capacity: usize) -> MokaStore {
    let store = MokaStore::new(capacity).unwrap();
    store.share_per_principal(capacity).unwrap()
}

async fn insert(
    store: &MokaStore,
    name: &str,
    now: u64,
    until: u64,
) -> Result<Insertion, ReplayError> {
    store.insert(&proof(name, now, until)).await
}

/// The store never waits.
fn insert_now(store: &MokaStore, proof: &UsedProof) -> Result<Insertion, ReplayError> {
    let mut context = Context::from_waker(Waker::noop());
    match Pin::new(&mut store.insert(proof)).poll(&mut context) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("the store waits"),
    }
}

fn proof(name: &str, now: u64, until: u64) -> UsedProof {
    UsedProof::new(digest(name), digest("principal"), at(until), at(now))
}

fn digest(name: &str) -> Digest {
    Digest::sha256(name.as_bytes())
}

/// Seconds of the test, from `NOW` on.
fn at(second: u64) -> Timestamp {
    Timestamp::from_unix_seconds(NOW + second)
}
