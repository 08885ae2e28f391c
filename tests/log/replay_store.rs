//! A store of used proofs that has little space left.

use sender_constraint::Digest;
#[cfg(feature = "moka")]
use sender_constraint::replay::MokaStore;
use sender_constraint::replay::{Insertion, MemoryStore, ReplayStore, UsedProof};
use sender_constraint::time::Timestamp;
use tracing::Level;

use crate::events::{Event, Log};

#[tokio::test]
async fn dpop_60_operator_is_warned_once_a_minute_while_a_store_is_nearly_full() {
    holds(&MemoryStore::new(1024).unwrap()).await;
    #[cfg(feature = "moka")]
    holds(&MokaStore::new(1024).unwrap()).await;
}

async fn holds(store: &dyn ReplayStore) {
    let log = Log::listen();
    insert(store, 0..917, 0).await;
    assert!(warnings(&log).is_empty());
    insert(store, 917..918, 0).await;
    let [warning] = &warnings(&log)[..] else {
        panic!("{:?}", log.events());
    };
    assert_eq!(warning.level, Level::WARN);
    assert_eq!(warning.text("capacity"), "1024");
    let log = Log::listen();
    insert(store, 918..950, 59).await;
    assert!(warnings(&log).is_empty());
    insert(store, 950..970, 60).await;
    assert_eq!(warnings(&log).len(), 1);
}

/// Proofs with these numbers, each client's own, at this second.
async fn insert(store: &dyn ReplayStore, numbers: std::ops::Range<usize>, second: u64) {
    for number in numbers {
        let key = Digest::sha256(format!("proof {number}").as_bytes());
        let principal = Digest::sha256(format!("client {number}").as_bytes());
        let at = |second| Timestamp::from_unix_seconds(1000 + second);
        let proof = UsedProof::new(key, principal, at(second + 300), at(second));
        assert_eq!(store.insert(&proof).await, Ok(Insertion::Fresh));
    }
}

fn warnings(log: &Log) -> Vec<Event> {
    let mut events = log.events();
    events.retain(|event| event.text("message").contains("nearly full"));
    events
}
