//! P16: the whole check beside a large deny-list by the bare verification, and the bytes of its entries.

use std::ops::Range;
use std::sync::Arc;

use sender_constraint::Guard;
use sender_constraint::revocation::{DenyList, Entry};
use stats_alloc::Region;

use crate::Effort;
use crate::allocations::ALLOCATOR;
use crate::checks::{Floor, clients};
use crate::goal::Goal;
use crate::mint::{ISSUER, Work};
use crate::rounds::{Variant, run};
use crate::world::{Turning, dpop, good_checks, introduce, jwts};

/// Adds to what is measured for the goal so far.
pub fn goal(effort: Effort, goal: Goal) -> Goal {
    let (list, bytes) = filled(effort.live_entries);
    let work = Work::with_jwts(effort.proofs, clients(CLIENTS));
    let store = Arc::new(Turning::default());
    let guard = Guard::builder(jwts(&work))
        .dpop(dpop(&store))
        .deny_list(list)
        .build()
        .expect("a guard");
    introduce(&guard, &store, &work);
    let floor = Floor::of(&work);
    let whole = |block: Range<usize>| {
        store.turn();
        good_checks(&guard, &work, block)
    };
    let variants = vec![
        Variant::new("verify", |block| floor.time(&work, &store, block)),
        Variant::new("whole check", whole),
    ];
    let measured = run(effort.rounds, work.cases.len(), variants);
    measured.print(&format!(
        "P16: the whole check, token cached, known sender, {} tokens denied: {bytes:.1} bytes each",
        effort.live_entries
    ));
    let ratio = measured.ratio("whole check", "verify");
    goal.at_most("deny-list ", ratio, 1.04, "")
        .at_most("", bytes, 64.0, " bytes")
}

/// A list with so many tokens of nobody, and the heap that each takes up.
fn filled(count: u64) -> (DenyList, f64) {
    let region = Region::new(ALLOCATOR);
    let list = DenyList::new();
    for number in 0..count {
        let entry = Entry::token(ISSUER, &format!("{number:032x}"));
        list.deny(entry).expect("an entry");
    }
    let change = region.change();
    let held = change
        .bytes_allocated
        .saturating_sub(change.bytes_deallocated);
    (list, held as f64 / count as f64)
}

const CLIENTS: usize = 64;
