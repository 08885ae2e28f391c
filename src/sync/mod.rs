//! The locks, atomics and tasks of state that requests share.
//!
//! They are those of std and Tokio. A build with `--cfg shuttle`, which `.ci/interleavings` makes, has those of shuttle in
//! their place: `tests/interleavings` then runs this code in orders that a seed determines.

#[cfg(all(shuttle, feature = "moka"))]
pub(crate) mod keyed_cache;
mod task;

#[cfg(shuttle)]
pub(crate) use shuttle::sync::{
    Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard, atomic,
};
#[cfg(not(shuttle))]
pub(crate) use std::sync::{Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard, atomic};
#[cfg(feature = "http-client")]
pub(crate) use task::sleep;
pub(crate) use task::spawn;
