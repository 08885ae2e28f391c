//! The budget, and who goes first.

use std::sync::Arc;

use super::super::shelf::{Shelf, Verifies};
use super::workshop::Scripted;
use crate::crypto::Digest;

#[test]
fn budget_for_one_table_keeps_the_last() {
    let shelf = Shelf::new(1500);
    for name in ["a", "b", "c"] {
        put(&shelf, name);
        assert_eq!(shelf.held().0, 1);
        assert!(shelf.has(&Digest::of(name.as_bytes())));
    }
}

#[test]
fn least_recently_used_table_goes_first() {
    let shelf = Shelf::new(3000);
    put(&shelf, "a");
    put(&shelf, "b");
    let has = |name: &[u8]| shelf.has(&Digest::of(name));
    assert!(shelf.get(&Digest::of(b"a")).is_some());
    assert!(has(b"b"), "to ask is not to use");
    put(&shelf, "c");
    assert_eq!((has(b"a"), has(b"b"), has(b"c")), (true, false, true));
}

#[test]
fn tables_never_outgrow_their_budget() {
    let shelf = Shelf::new(64 * 1024);
    for number in 0..500_u32 {
        shelf.put(Digest::of(&number.to_be_bytes()), table());
        let (count, bytes) = shelf.held();
        assert!(count * 1000 <= bytes && bytes <= 64 * 1024);
    }
    assert_eq!(shelf.held().0, 52);
}

#[test]
fn abandoned_shelf_lets_go_and_takes_nothing() {
    let shelf = Shelf::new(64 * 1024);
    put(&shelf, "a");
    assert!(shelf.abandon());
    assert!(!shelf.abandon(), "the first was the first");
    assert_eq!(shelf.held(), (0, 0));
    put(&shelf, "b");
    assert_eq!(shelf.held(), (0, 0));
    assert!(shelf.get(&Digest::of(b"a")).is_none());
    assert!(shelf.get(&Digest::of(b"b")).is_none());
}

fn put(shelf: &Shelf, name: &str) {
    shelf.put(Digest::of(name.as_bytes()), table());
}

fn table() -> Arc<dyn Verifies> {
    Arc::new(Scripted {
        answer: |_: &[u8]| false,
        bytes: 1000,
    })
}
