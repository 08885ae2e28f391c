//! The stores of this crate pass the checks that `sender-constraint-testing` has for any store.

use crate::common::{ServerState, SharedStore};
use sender_constraint::replay::{FilteredStore, MemoryStore};
use sender_constraint_testing::replay_store::{ReplayStoreSuite, StoreCheck};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn dpop_58_59_60_memory_store_passes_the_suite() {
    ReplayStoreSuite::new(MemoryStore::default)
        .full(1024, || MemoryStore::new(1024).unwrap())
        .skip(StoreCheck::Unreachable, "it is in this process")
        .run()
        .await
        .assert_passed();
}

/// One shard, so that all entries are in the same two generations.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn dpop_58_59_60_memory_store_of_one_shard_passes_the_suite() {
    ReplayStoreSuite::new(|| MemoryStore::new(8191).unwrap())
        .full(4095, || MemoryStore::new(4095).unwrap())
        .entries(8000)
        .run()
        .await
        .assert_passed();
}

#[cfg(feature = "moka")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn dpop_58_59_60_moka_store_passes_the_suite() {
    use sender_constraint::replay::MokaStore;

    ReplayStoreSuite::new(|| MokaStore::new(1_000_000).unwrap())
        .full(1024, || MokaStore::new(1024).unwrap())
        .entries(50_000)
        .run()
        .await
        .assert_passed();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn dpop_58_59_60_61_filtered_store_passes_the_suite() {
    let small = || MemoryStore::new(1024).unwrap();
    ReplayStoreSuite::new(|| FilteredStore::new(MemoryStore::default(), MemoryStore::default()))
        .full(1024, move || {
            FilteredStore::new(small(), MemoryStore::default())
        })
        .unreachable(|| {
            let shared = SharedStore::default();
            shared.set(ServerState::Unavailable);
            FilteredStore::new(shared, MemoryStore::default())
        })
        .entries(10_000)
        .run()
        .await
        .assert_passed();
}
