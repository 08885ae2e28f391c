//! Was this proof seen before?
//!
//! [`Window`] answers within one process; [`ReplayStore`] is the trait for a shared one.

mod clients;
mod deadline;
mod entry;
mod forgotten;
mod generation;
mod shard;
mod store;
mod window;

pub(crate) use deadline::within;
pub use store::{Novelty, ProofUse, ReplayError, ReplayStore};
pub use window::Window;
