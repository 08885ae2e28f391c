//! Proofs as the guard hands them to a store.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use sender_constraint::Digest;
use sender_constraint::replay::{Insertion, ReplayError, ReplayStore as _, UsedProof};
use sender_constraint::time::Timestamp;
use sender_constraint_redis::{RedisReplayStore, Servers};

/// A new proof, acceptable for 60 s.
pub(crate) fn proof() -> UsedProof {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::SeqCst);
    let key = format!("{}-{number}", std::process::id());
    let now = Timestamp::from(SystemTime::now());
    let until = now.saturating_add(Duration::from_secs(60));
    UsedProof::new(
        Digest::sha256(key.as_bytes()),
        Digest::sha256(b"principal"),
        until,
        now,
    )
}

/// With time for a machine that is busy.
pub(crate) async fn connect(servers: Servers) -> RedisReplayStore {
    let builder = RedisReplayStore::builder(servers).timeout(Duration::from_secs(5));
    builder.unwrap().connect().await.unwrap()
}

/// The reason of a refusal with 503.
pub(crate) async fn refusal(store: &RedisReplayStore) -> String {
    match store.insert(&proof()).await {
        Err(ReplayError::Unavailable(error)) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn is_fresh(store: &RedisReplayStore) -> bool {
    store.insert(&proof()).await == Ok(Insertion::Fresh)
}

/// A proof passes once, whichever of the stores sees it first.
pub(crate) async fn assert_shared(one: &RedisReplayStore, other: &RedisReplayStore) {
    for (first, second) in [(one, other), (other, one), (one, one)] {
        let used = proof();
        assert_eq!(first.insert(&used).await, Ok(Insertion::Fresh));
        assert_eq!(second.insert(&used).await, Ok(Insertion::Replayed));
        assert_eq!(first.insert(&used).await, Ok(Insertion::Replayed));
    }
}
