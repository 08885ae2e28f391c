//! State that requests share, in interleavings that a seed determines: no proof is accepted twice, nothing waits for ever, and
//! nothing is used after it was discarded.
//!
//! The program is empty unless it is built with `--cfg sender_constraint_shuttle`, as `.ci/interleavings` does. The locks,
//! atomics and tasks of the library are then those of shuttle (`src/sync`).
//!
//! moka, quick_cache and Tokio's channels and semaphores cannot be instrumented: each call of them is one step here, together
//! with the atomic or lock before it. Under `MokaStore` is a cache that behaves as moka documents. Tokio's timers never
//! elapse, so a lost wake-up is found as a deadlock. The interleavings are sequentially consistent: what a weaker memory order of
//! an atomic permits is not modelled.
#![cfg(sender_constraint_shuttle)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test may fail by panic"
)]

mod cached;
#[path = "../common/mod.rs"]
mod common;
mod deny_list;
mod explore;
mod filtered;
mod introspection;
mod keys;
mod replay;

use sender_constraint::time::Timestamp;

/// Seconds after the start of a model.
pub(crate) const fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix_seconds(common::NOW + seconds)
}
