//! The memory limit, and which tables are evicted first.

use std::sync::Arc;

use super::super::cache::{TableCache, Verifies};
use super::scripted::Scripted;
use crate::crypto::Digest;

#[test]
fn budget_for_one_table_keeps_the_last() {
    let cache = TableCache::new(1500);
    for name in ["a", "b", "c"] {
        put(&cache, name);
        assert_eq!(cache.held().0, 1);
        assert!(cache.has(&Digest::sha256(name.as_bytes())));
    }
}

#[test]
fn least_recently_used_table_goes_first() {
    let cache = TableCache::new(3000);
    put(&cache, "a");
    put(&cache, "b");
    let has = |name: &[u8]| cache.has(&Digest::sha256(name));
    assert!(cache.get(&Digest::sha256(b"a")).is_some());
    assert!(has(b"b"), "to ask is not to use");
    put(&cache, "c");
    assert_eq!((has(b"a"), has(b"b"), has(b"c")), (true, false, true));
}

#[test]
fn tables_never_outgrow_their_budget() {
    let cache = TableCache::new(64 * 1024);
    for number in 0..500_u32 {
        cache.put(Digest::sha256(&number.to_be_bytes()), table());
        let (count, bytes) = cache.held();
        assert!(count * 1000 <= bytes && bytes <= 64 * 1024);
    }
    assert_eq!(cache.held().0, 52);
}

#[test]
fn abandoned_cache_lets_go_and_takes_nothing() {
    let cache = TableCache::new(64 * 1024);
    put(&cache, "a");
    assert!(cache.abandon());
    assert!(!cache.abandon(), "the first was the first");
    assert_eq!(cache.held(), (0, 0));
    put(&cache, "b");
    assert_eq!(cache.held(), (0, 0));
    assert!(cache.get(&Digest::sha256(b"a")).is_none());
    assert!(cache.get(&Digest::sha256(b"b")).is_none());
}

fn put(cache: &TableCache, name: &str) {
    cache.put(Digest::sha256(name.as_bytes()), table());
}

fn table() -> Arc<dyn Verifies> {
    Arc::new(Scripted {
        answer: |_: &[u8]| false,
        bytes: 1000,
    })
}
