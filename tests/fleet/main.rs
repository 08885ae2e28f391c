//! Fleets of guards over one shared store that fails: which replays are accepted, held against the table of
//! `guide::fleet`.
//!
//! Also all faults at once, at random, with what holds whatever happens: for proofs, for entries of deny-lists, which reach
//! the nodes at different times, and for keys that an issuer replaces and withdraws while it fails.
//!
//! Fixed seeds and random ones. `FLEET_SEED=7 cargo test --test fleet` runs one seed again, `FLEET_RUNS=1000` as many
//! random ones.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test may fail by panic"
)]

#[path = "../common/mod.rs"]
mod common;
#[cfg(feature = "config-files")]
mod denials;
mod fleet;
mod mixed;
mod random;
#[cfg(feature = "http-client")]
mod rotation;
mod run;
mod scenario;
mod table;

use fleet::Setup;
use run::{Copies, simulate};
use scenario::Scenario;
use table::Table;

#[tokio::test(start_paused = true)]
async fn fleet_01_shared_store_accepts_no_other_replays_than_the_docs_name() {
    holds(Setup::Shared).await;
}

#[tokio::test(start_paused = true)]
async fn fleet_01_filtered_store_accepts_no_other_replays_than_the_docs_name() {
    holds(Setup::Filtered).await;
}

#[tokio::test(start_paused = true)]
async fn fleet_01_choice_for_outages_accepts_no_other_replays_than_the_docs_name() {
    holds(Setup::AcceptedInOutages).await;
}

#[test]
fn fleet_01_table_has_one_limit_for_each_case_and_no_others() {
    let table = Table::of_the_docs();
    assert_eq!(table.rows(), 2 * Scenario::ALL.len());
    for scenario in Scenario::ALL {
        for setup in Setup::ALL {
            let _ = table.limits(scenario, setup);
        }
    }
}

async fn holds(setup: Setup) {
    let table = Table::of_the_docs();
    for scenario in Scenario::ALL {
        let limits = table.limits(scenario, setup);
        let mut most = Copies::default();
        for (seed, is_fixed) in random::seeds(FIXED_SEEDS, RANDOM_SEEDS) {
            let (nodes, found) = simulate(scenario, setup, seed).await;
            let is_within =
                limits.same.allows(found.same, nodes) && limits.other.allows(found.other, nodes);
            assert!(
                is_within,
                "{scenario:?}, {setup:?}, {nodes} nodes: the docs allow {limits:?}, found {found:?}; \
                 FLEET_SEED={seed} runs it again"
            );
            if is_fixed {
                most = most.max(found);
            }
        }
        if !random::is_one_seed() {
            let is_reached =
                limits.same.is_reached_by(most.same) && limits.other.is_reached_by(most.other);
            assert!(
                is_reached,
                "{scenario:?}, {setup:?}: the docs allow {limits:?}, found no more than {most:?}"
            );
        }
    }
}

const FIXED_SEEDS: u64 = 5;
const RANDOM_SEEDS: u64 = 2;
