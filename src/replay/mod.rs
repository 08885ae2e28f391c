//! Detects proofs that were used before.
//!
//! [`MemoryStore`] works within one process; [`ReplayStore`] is the trait for a shared store.

mod checked_by_gateway;
mod deadline;
mod entry;
mod forgotten;
mod generation;
mod memory;
mod principal_counts;
mod shard;
mod store;

pub(crate) use checked_by_gateway::ReplayCheckedByGatewayOnly;
pub(crate) use deadline::within;
pub use memory::MemoryStore;
pub use store::{Insertion, ReplayError, ReplayStore, UsedProof};
