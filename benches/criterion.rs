//! The path of one request, piece by piece, with plots:
//!
//! ```sh
//! cargo bench --bench criterion                 # target/criterion/report/index.html
//! cargo bench --bench criterion --no-default-features --features rust-crypto
//! ```
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
#[path = "criterion/refused.rs"]
mod refused;

use criterion::{criterion_group, criterion_main};

criterion_group!(
    benches,
    guarded::tokens,
    guarded::proofs,
    guarded::certificates,
    guarded::layer,
    refused::early,
    pieces::replay_insert,
    pieces::key_set,
    pieces::normal_form,
);
criterion_main!(benches);
