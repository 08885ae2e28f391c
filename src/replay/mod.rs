//! Detects proofs that were used before.
//!
//! [`MemoryStore`] works within one process, and so does `MokaStore` (feature `moka`). [`ReplayStore`] is the trait for
//! a shared store, and [`FilteredStore`] puts a `MemoryStore` in front of one.

mod checked_by_gateway;
mod deadline;
mod entry;
mod filtered;
mod forgotten;
mod generation;
#[cfg(feature = "moka")]
mod ledger;
mod memory;
#[cfg(feature = "moka")]
mod moka;
mod nearly_full;
mod outage;
mod principal_counts;
mod shard;
mod store;

#[cfg(feature = "moka")]
pub use self::moka::MokaStore;
pub(crate) use checked_by_gateway::ReplayCheckedByGatewayOnly;
pub(crate) use deadline::within;
pub use filtered::FilteredStore;
pub use memory::MemoryStore;
pub use store::{Insertion, ReplayError, ReplayStore, UsedProof};
