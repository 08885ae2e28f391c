//! Checks for any [`ReplayStore`](sender_constraint::replay::ReplayStore): what a guard relies on (RFC 9449 section 11.1).
//!
//! [`ReplayStoreSuite`] runs them on a store of yours; [`StoreCheck`] lists them.

mod check;
mod clock_steps;
mod concurrent;
mod entries;
mod expiry;
mod keys;
mod limits;
mod probe;
mod report;
mod suite;

pub use check::{FailedCheck, StoreCheck};
pub use report::{Outcome, SuiteReport};
pub use suite::ReplayStoreSuite;
