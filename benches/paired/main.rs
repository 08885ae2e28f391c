//! The goals of speed as ratios, each measured beside its floor in one run:
//!
//! ```sh
//! cargo bench --bench paired
//! cargo bench --bench paired -- P1 P3      # these goals only, and those measured with them
//! cargo bench --bench paired -- --short    # whether it works; its figures mean nothing
//! cargo bench --bench paired --features sender-tables      # also senders seen often (P11, P12)
//! cargo bench --bench paired --no-default-features --features rust-crypto,sender-tables
//! ```
//!
//! The last measures what the pure-Rust build has a goal for: senders seen often (P12, P13).
//!
//! Everything goes through the public API. The floor is aws-lc-rs verifying the same signature with its key parsed
//! before. What is timed is the processor time of the thread. Variants run in random order over the same block of
//! proofs, hundreds of times; what counts is the median of the ratios. The run ends in one line per goal.
#![allow(
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    missing_docs,
    unnameable_types,
    unreachable_pub,
    reason = "measures what it made itself; a panic is a finding"
)]

mod allocations;
mod checks;
#[cfg(feature = "http-client")]
mod deny_list;
mod goal;
#[cfg(feature = "http-client")]
mod introspected;
#[path = "../mint/mod.rs"]
mod mint;
mod peer;
mod refusals;
mod requirements;
mod rounds;
mod server;
mod store_latency;
mod store_memory;
mod stores;
#[cfg(feature = "sender-tables")]
mod tables;
mod worker;
mod world;

use goal::Goal;

/// How much is done.
#[derive(Clone, Copy)]
pub struct Effort {
    pub rounds: usize,
    pub proofs: usize,
    /// Seconds of inserts into a replay store, at 200,000 a second.
    pub insert_seconds: u64,
    pub live_entries: u64,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    if has("--worker") {
        return worker::serve();
    }
    let effort = if has("--short") { SHORT } else { FULL };
    let is_named = |number: &u8| has(&format!("P{number}"));
    let all = !MEASURES
        .iter()
        .any(|(numbers, _)| numbers.iter().any(is_named));
    let is_pure = !cfg!(feature = "aws-lc-rs");
    let mut goals: Vec<Goal> = Vec::new();
    for (numbers, measure) in MEASURES {
        let is_meant = !is_pure || *numbers == TABLES;
        if is_meant && (all || numbers.iter().any(is_named)) {
            goals.extend(measure(effort));
        }
    }
    goals.sort_by_key(|goal| goal.number);
    println!();
    for goal in &goals {
        println!("{goal}");
    }
}

type Measure = fn(Effort) -> Vec<Goal>;

/// What measures which goals.
const MEASURES: &[(&[u8], Measure)] = &[
    (&[1], checks::known_sender),
    (&[2], checks::new_sender),
    (&[3, 9], checks::whole),
    (&[4], allocations::goals),
    (&[5], store_latency::goal),
    (&[6, 7], store_memory::goals),
    (&[8], refusals::goal),
    (&[10], server::goal),
    (&[18], requirements::goals),
    #[cfg(feature = "sender-tables")]
    (&TABLES, tables::goals),
    #[cfg(feature = "http-client")]
    (&[16], sources),
];

/// P16, which has a part for each source of a verdict that is not the token itself.
#[cfg(feature = "http-client")]
fn sources(effort: Effort) -> Vec<Goal> {
    vec![deny_list::goal(effort, introspected::goal(effort))]
}

/// Those that mean something for the pure-Rust build.
const TABLES: [u8; 3] = [11, 12, 13];

const FULL: Effort = Effort {
    rounds: 200,
    proofs: 4096,
    insert_seconds: 12,
    live_entries: 1_000_000,
};

const SHORT: Effort = Effort {
    rounds: 3,
    proofs: 512,
    insert_seconds: 1,
    live_entries: 100_000,
};
