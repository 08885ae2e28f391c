//! The locks, atomics and tasks of state that requests share.
//!
//! They are those of std and Tokio. A build with `--cfg sender_constraint_shuttle`, which `.ci/interleavings` makes, has
//! those of shuttle in their place: `tests/interleavings` then runs this code in interleavings that a seed determines.

#[cfg(all(sender_constraint_shuttle, feature = "moka"))]
pub(crate) mod keyed_cache;
mod task;

#[cfg(sender_constraint_shuttle)]
pub(crate) use shuttle::sync::{
    Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard, atomic,
};
#[cfg(not(sender_constraint_shuttle))]
pub(crate) use std::sync::{Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard, atomic};
#[cfg(feature = "http-client")]
pub(crate) use task::sleep;
pub(crate) use task::spawn;
