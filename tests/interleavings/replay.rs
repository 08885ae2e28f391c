//! The stores in memory: copies of a proof, the share of a principal, and clocks that step, at the same time.

use std::sync::Arc;

use sender_constraint::Digest;
use sender_constraint::replay::{Insertion, MemoryStore, MokaStore, ReplayError};
use sender_constraint::replay::{ReplayStore, UsedProof};
use shuttle::future::block_on;

use crate::at;
use crate::explore::{explore, thread};

type Inserted = Result<Insertion, ReplayError>;

fn memory() -> MemoryStore {
    MemoryStore::new(CAPACITY)
        .unwrap()
        .share_per_principal(SHARE)
        .unwrap()
}

fn moka() -> MokaStore {
    MokaStore::new(CAPACITY)
        .unwrap()
        .share_per_principal(SHARE)
        .unwrap()
}

/// The proof `name` of `principal`, issued at 0, at a node whose clock shows `now`.
pub(crate) fn used(name: &str, principal: &str, now: u64) -> UsedProof {
    until(name, principal, EXPIRES, now)
}

/// A proof that was issued at `now`.
fn issued(name: &str, principal: &str, now: u64) -> UsedProof {
    until(name, principal, now + EXPIRES, now)
}

fn until(name: &str, principal: &str, end: u64, now: u64) -> UsedProof {
    let [key, principal] = [name, principal].map(|text| Digest::sha256(text.as_bytes()));
    UsedProof::new(key, principal, at(end), at(now))
}

fn insert(store: &impl ReplayStore, proof: &UsedProof) -> Inserted {
    block_on(store.insert(proof))
}

fn count(inserted: &[Inserted], wanted: &Inserted) -> usize {
    inserted.iter().filter(|each| *each == wanted).count()
}

/// Threads insert these proofs one after another.
fn insert_all<S: ReplayStore>(store: &Arc<S>, of_threads: Vec<Vec<UsedProof>>) -> Vec<Inserted> {
    let start = |proofs: Vec<UsedProof>| {
        let store = Arc::clone(store);
        thread(move || {
            proofs
                .iter()
                .map(|proof| insert(&*store, proof))
                .collect::<Vec<_>>()
        })
    };
    let threads: Vec<_> = of_threads.into_iter().map(start).collect();
    threads
        .into_iter()
        .flat_map(|thread| thread.join().unwrap())
        .collect()
}

/// Also while other proofs expire.
fn copies_pass_once<S: ReplayStore>(make: fn() -> S) {
    explore(move || {
        let store = Arc::new(make());
        insert(&*store, &until("old", "other", 5, 0)).unwrap();
        let copies = [0, 30, 70].map(|now| {
            let other = issued(&format!("other {now}"), "other", now);
            vec![other, used("copy", "alice", now)]
        });
        let inserted = insert_all(&store, copies.into());
        assert_eq!(
            count(&inserted, &Ok(Insertion::Fresh)),
            3 + 1,
            "{inserted:?}"
        );
        assert_eq!(
            count(&inserted, &Ok(Insertion::Replayed)),
            2,
            "{inserted:?}"
        );
        assert!(store.has_seen(&Digest::sha256(b"copy"), at(EXPIRES)));
    });
}

#[test]
fn replay_memory_store_accepts_one_of_concurrent_copies() {
    copies_pass_once(memory);
}

#[test]
fn replay_moka_store_accepts_one_of_concurrent_copies() {
    copies_pass_once(moka);
}

/// A clock that runs ahead makes a store drop the proof while copies arrive.
fn steps_of_the_clock_let_no_copy_pass<S: ReplayStore>(make: fn() -> S) {
    explore(move || {
        let store = Arc::new(make());
        let ahead = [600, 1300].map(|now| issued(&format!("ahead {now}"), "other", now));
        let copies = [used("copy", "alice", 0), used("copy", "alice", 1)];
        let threads = vec![vec![copies[0]], ahead.to_vec(), vec![copies[1], copies[0]]];
        let inserted = insert_all(&store, threads);
        let ahead = &inserted[1..3];
        assert_eq!(count(ahead, &Ok(Insertion::Fresh)), 2, "{inserted:?}");
        assert!(
            count(&inserted, &Ok(Insertion::Fresh)) <= 2 + 1,
            "{inserted:?}"
        );
    });
}

#[test]
fn replay_memory_store_accepts_no_copy_after_a_clock_step() {
    steps_of_the_clock_let_no_copy_pass(memory);
}

#[test]
fn replay_moka_store_accepts_no_copy_after_a_clock_step() {
    steps_of_the_clock_let_no_copy_pass(moka);
}

/// Its last place goes to one of those that arrive at the same time, and it is free again once its proofs have expired.
fn share_is_exact<S: ReplayStore>(make: fn() -> S) {
    explore(move || {
        let store = Arc::new(make());
        for number in 1..SHARE {
            insert(&*store, &used(&format!("first {number}"), "alice", 0)).unwrap();
        }
        let last = ["a", "b", "c"].map(|name| vec![used(name, "alice", 1)]);
        let inserted = insert_all(&store, last.into());
        let refused = Err(ReplayError::PrincipalShareUsed { share: SHARE });
        assert_eq!(count(&inserted, &Ok(Insertion::Fresh)), 1, "{inserted:?}");
        assert_eq!(count(&inserted, &refused), 2, "{inserted:?}");
        // What expires at the same time leaves its place, and no more than that.
        let later = ["d", "e"].map(|name| vec![issued(name, "alice", EXPIRES + 1)]);
        let later = [
            later.into(),
            vec![vec![issued("other", "bob", EXPIRES + 1)]],
        ]
        .concat();
        let inserted = insert_all(&store, later);
        assert_eq!(count(&inserted, &Ok(Insertion::Fresh)), 3, "{inserted:?}");
        let now = 3 * EXPIRES;
        for number in 0..SHARE {
            let proof = issued(&format!("second {number}"), "alice", now);
            assert_eq!(insert(&*store, &proof), Ok(Insertion::Fresh), "{number}");
        }
        let over = issued("over", "alice", now);
        assert_eq!(insert(&*store, &over), refused);
    });
}

#[test]
fn replay_memory_store_keeps_the_share_of_a_principal_exact() {
    share_is_exact(memory);
}

#[test]
fn replay_moka_store_keeps_the_share_of_a_principal_exact() {
    share_is_exact(moka);
}

/// A key that is used again while its expired entry is removed.
#[test]
fn replay_moka_store_counts_what_it_holds() {
    explore(|| {
        let store = Arc::new(moka());
        insert(&*store, &used("again", "alice", 0)).unwrap();
        let now = EXPIRES + 2;
        let again = ["again", "b", "again"].map(|name| vec![issued(name, "alice", now)]);
        let inserted = insert_all(&store, again.into());
        assert_eq!(count(&inserted, &Ok(Insertion::Fresh)), 2, "{inserted:?}");
        assert_eq!(store.held(), 2);
        let last = issued("last", "alice", now + EXPIRES + 2);
        assert_eq!(insert(&*store, &last), Ok(Insertion::Fresh));
        assert_eq!(store.held(), 1, "a count stayed up");
    });
}

const CAPACITY: usize = 1024;
/// The smallest.
const SHARE: usize = CAPACITY / 64;
pub(crate) const EXPIRES: u64 = 70;
