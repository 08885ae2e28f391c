//! P6 and P7: bytes for each live proof, and whether a full store lets a replay pass.

use std::time::Duration;

use sender_constraint::replay::MemoryStore;
use sender_constraint::time::{Clock as _, SystemClock};
use stats_alloc::Region;

use crate::Effort;
use crate::allocations::ALLOCATOR;
use crate::goal::Goal;
use crate::stores::{Moka, Store, proof};

pub fn goals(effort: Effort) -> Vec<Goal> {
    vec![memory(effort), replays(effort)]
}

/// Of the default window, with as many proofs as the goal names and with as many as fit.
fn memory(effort: Effort) -> Goal {
    let (window, held) = filled(effort.live_entries, MemoryStore::default);
    let some = held / effort.live_entries as f64;
    let capacity = window.capacity() as u64;
    drop(window);
    let all = filled(capacity, || for_one_client(MemoryStore::default())).1 / capacity as f64;
    let (moka, held) = filled(effort.live_entries, || {
        Moka::new(2 * effort.live_entries, LIVE)
    });
    drop(moka);
    let moka = held / effort.live_entries as f64;
    println!(
        "P6: bytes per live proof: {some:.1} for {}, {all:.1} when full; moka {moka:.1}",
        effort.live_entries
    );
    Goal::new(6).at_most("", some.max(all), 40.0, " bytes")
}

/// With the share of one client raised, so that it fills up to the brim.
fn for_one_client(window: MemoryStore) -> MemoryStore {
    let capacity = window.capacity();
    window.share_per_principal(capacity).expect("a share")
}

/// A store with this many proofs, and the heap it holds.
fn filled<S: Store>(count: u64, store: impl FnOnce() -> S) -> (S, f64) {
    let region = Region::new(ALLOCATOR);
    let store = store();
    let now = SystemClock::default().now();
    for number in 0..count {
        store.accepts(&proof(number, now.saturating_add(LIVE), now));
    }
    let change = region.change();
    let held = change
        .bytes_allocated
        .saturating_sub(change.bytes_deallocated);
    (store, held as f64)
}

/// Shows twice as many proofs as fit, then all again: what was accepted the first time must not be again.
fn replays(effort: Effort) -> Goal {
    let capacity = effort.live_entries / 8;
    let window = MemoryStore::new(usize::try_from(capacity).expect("a size")).expect("a window");
    let ours = accepted_twice(&for_one_client(window), 2 * capacity);
    let moka = accepted_twice(&Moka::new(capacity, LIVE), 2 * capacity);
    println!("P7: replays accepted by a store of {capacity} that is full: {ours}; moka {moka}");
    Goal::new(7).at_most("", ours as f64, 0.0, "")
}

fn accepted_twice(store: &impl Store, count: u64) -> usize {
    let now = SystemClock::default().now();
    let shown = |number: &u64| store.accepts(&proof(*number, now.saturating_add(LIVE), now));
    let accepted: Vec<u64> = (0..count).filter(shown).collect();
    accepted.iter().copied().filter(shown).count()
}

const LIVE: Duration = Duration::from_secs(60);
