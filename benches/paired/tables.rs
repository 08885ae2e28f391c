//! P11 to P13: the whole check of senders seen often, by the bare verification of aws-lc-rs.

use std::ops::Range;
use std::sync::Arc;
use std::thread;

use sender_constraint::Guard;
use sender_constraint::proof::{Dpop, SenderTables};

use crate::Effort;
use crate::checks::{Floor, clients};
use crate::goal::Goal;
use crate::mint::{Key, Work};
use crate::rounds::{Measured, Variant, run};
use crate::world::{Turning, dpop, good_checks, guard, jwts};

pub fn goals(effort: Effort) -> Vec<Goal> {
    let es256 = ratio(effort, clients(CLIENTS), "ES256");
    let eddsa = (0..CLIENTS).map(|_| Key::eddsa()).collect();
    let eddsa = ratio(effort, eddsa, "Ed25519");
    // Not a goal: their tables do not fit into the processor's caches.
    ratio(effort, clients(MANY_CLIENTS), "ES256");
    let es256 = if cfg!(feature = "aws-lc-rs") {
        Goal::new(11).at_most("", es256, 0.5, "")
    } else {
        Goal::new(13).at_most("", es256, 0.55, "")
    };
    vec![es256, Goal::new(12).at_most("", eddsa, 0.9, "")]
}

fn ratio(effort: Effort, clients: Vec<Key>, algorithm: &str) -> f64 {
    let count = clients.len();
    let measured = measured(effort, clients);
    measured.print(&format!(
        "P11 to P13: the whole check, token cached, {count} clients with {algorithm} seen often"
    ));
    measured.ratio("with tables", "verify")
}

fn measured(effort: Effort, clients: Vec<Key>) -> Measured {
    let count = effort.proofs.max(clients.len().next_multiple_of(512));
    let work = Work::with_jwts(count, clients);
    let store = Arc::new(Turning::default());
    let plain = guard(jwts(&work), dpop(&store));
    let settings = SenderTables::default()
        .memory_limit(256 << 20)
        .expect("a budget");
    let tables = dpop(&store).sender_tables(settings);
    let quick = guard(jwts(&work), tables.clone());
    introduce(&[&plain, &quick], &tables, &store, &work);
    let floor = Floor::of(&work);
    let whole = |guard: &Guard, block: Range<usize>| {
        store.turn();
        good_checks(guard, &work, block)
    };
    let variants = vec![
        Variant::new("verify", |block| floor.time(&work, &store, block)),
        Variant::new("without tables", |block| whole(&plain, block)),
        Variant::new("with tables", |block| whole(&quick, block)),
    ];
    let measured = run(effort.rounds, work.cases.len(), variants);
    let used = tables.sender_table_stats();
    assert!(used.tables == work.clients.len() && !used.abandoned);
    measured
}

/// Lets all clients come until each has a table.
fn introduce(guards: &[&Guard], tables: &Dpop, store: &Turning, work: &Work) {
    while tables.sender_table_stats().tables < work.clients.len() {
        for guard in guards {
            store.turn();
            good_checks(guard, work, 0..work.cases.len());
        }
        thread::yield_now();
    }
}

const CLIENTS: usize = 64;
const MANY_CLIENTS: usize = 1000;
