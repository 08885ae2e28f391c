//! A table that disagrees with the plain verifier, while others are in use and one is being built; run by
//! `.ci/interleavings`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use shuttle::thread;

use super::super::builder::Precompute;
use super::super::cache::{TableCache, Verifies};
use super::super::verifier::Tables;
use super::explore::explore;
use super::scripted::{AFTER, BUDGET, Scripted, always};
use super::senders::Client;

/// Accepts everything, and records whether the disagreement was found before.
fn wrong(is_found: &Arc<AtomicBool>, is_late: &Arc<AtomicBool>) -> Arc<dyn Verifies> {
    let (is_found, is_late) = (Arc::clone(is_found), Arc::clone(is_late));
    let table = Scripted::table(move |_: &[u8]| {
        thread::yield_now();
        is_late.fetch_or(is_found.load(Ordering::SeqCst), Ordering::SeqCst);
        true
    });
    table.expect("a table")
}

#[test]
fn interleavings_leave_no_table_in_use_after_one_disagreed() {
    let (faulty, other) = (Client::es256(1), Client::es256(2));
    let (faulty, other, good) = (faulty.sender.clone(), other.sender, faulty.sign(b"good"));
    explore(move || {
        let (is_found, is_late) = (Arc::default(), Arc::default());
        let cache = Arc::new(TableCache::new(BUDGET));
        let tables = Tables::built_by(Arc::new(Precompute), Arc::clone(&cache), AFTER);
        cache.put(faulty.thumbprint, always(false).expect("a table"));
        cache.put(other.thumbprint, wrong(&is_found, &is_late));
        let finding = (tables.clone(), Arc::clone(&faulty), Arc::clone(&is_found));
        let finding = thread::spawn(move || {
            let (tables, faulty, is_found) = finding;
            assert!(tables.verifies(&faulty, b"good", &good));
            is_found.store(true, Ordering::SeqCst);
        });
        let (thumbprint, built) = (other.thumbprint, wrong(&is_found, &is_late));
        let building = thread::spawn(move || cache.put(thumbprint, built));
        let is_accepted = tables.verifies(&other, b"m", &[7; 64]);
        let is_late = is_late.load(Ordering::SeqCst);
        assert!(
            !(is_accepted && is_late),
            "accepted by a table that was dropped"
        );
        finding.join().expect("a verdict");
        building.join().expect("a table");
        assert!(tables.are_abandoned());
        assert!(
            !tables.verifies(&other, b"m", &[7; 64]),
            "accepted by a table that was built late"
        );
    });
}
