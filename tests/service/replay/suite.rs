//! The stores of this crate pass the checks that `sender-constraint-testing` has for any store.

use sender_constraint::replay::MemoryStore;
use sender_constraint_testing::replay_store::{ReplayStoreSuite, StoreCheck};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn dpop_58_59_60_memory_store_passes_the_suite() {
    for capacity in [1024, 4095] {
        let entries = if capacity == 1024 { 1_000_000 } else { 10_000 };
        ReplayStoreSuite::new(MemoryStore::default)
            .full(capacity, move || MemoryStore::new(capacity).unwrap())
            .entries(entries)
            .skip(StoreCheck::Unreachable, "it is in this process")
            .run()
            .await
            .assert_passed();
    }
}

/// One shard, so that all entries are in the same two generations.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn dpop_58_59_60_memory_store_of_one_shard_passes_the_suite() {
    ReplayStoreSuite::new(|| MemoryStore::new(8191).unwrap())
        .entries(8000)
        .run()
        .await
        .assert_passed();
}
