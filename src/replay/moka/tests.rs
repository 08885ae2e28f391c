//! What needs a poisoned lock.

use std::thread;

use super::*;

fn insert(store: &MokaStore, name: &str, now: u64, expires_at: u64) {
    let [now, expires_at] = [now, expires_at].map(Timestamp::from_unix_seconds);
    let proof = UsedProof::new(
        Digest::sha256(name.as_bytes()),
        Digest::sha256(b"one"),
        expires_at,
        now,
    );
    assert_eq!(store.insert_now(&proof), Ok(Insertion::Fresh));
}

#[test]
fn dpop_60_moka_store_removes_expired_proofs_also_after_a_panic() {
    let store = MokaStore::new(1024).unwrap();
    let panicked = thread::scope(|scope| {
        let sweep = || {
            let _sweep = store.sweep.lock();
            panic!("while the lock is held");
        };
        scope.spawn(sweep).join()
    });
    assert!(panicked.is_err());
    insert(&store, "first", 0, 70);
    insert(&store, "later", 100, 170);
    assert_eq!(store.held(), 1);
}
