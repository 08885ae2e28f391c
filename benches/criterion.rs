//! The path of one request, piece by piece, in processor time, with plots:
//!
//! ```sh
//! cargo bench --bench criterion -- --save-baseline aws-lc-rs       # target/criterion/report/index.html
//! cargo bench --bench criterion --no-default-features --features rust-crypto -- --baseline aws-lc-rs
//! ```
//!
//! The second is the other crypto backend, and says of each piece how much it differs from the first. `-- axum` runs what
//! has `axum` in its name, `-- --test` runs everything once.
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

#[path = "criterion/guarded.rs"]
mod guarded;
#[path = "mint/mod.rs"]
mod mint;
#[path = "criterion/pieces.rs"]
mod pieces;
#[path = "criterion/processor_time.rs"]
mod processor_time;
#[path = "criterion/refused.rs"]
mod refused;

use criterion::{Criterion, criterion_group, criterion_main};

use crate::processor_time::ProcessorTime;

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(ProcessorTime);
    targets =
        guarded::tokens,
        guarded::proofs,
        guarded::certificates,
        guarded::layer,
        refused::early,
        pieces::replay_insert,
        pieces::deny_list,
        pieces::key_set,
        pieces::normal_form,
}
criterion_main!(benches);
