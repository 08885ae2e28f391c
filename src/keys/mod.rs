//! Which key verifies this token?
//!
//! [`FixedKeys`] are given at start; `RemoteKeys` follow an authorization server (feature `remote-keys`);
//! [`KeySource`] is the trait behind both.

#[cfg(feature = "remote-keys")]
mod backoff;
#[cfg(feature = "remote-keys")]
mod download;
mod fixed;
#[cfg(feature = "remote-keys")]
mod flight;
mod hint;
#[cfg(feature = "remote-keys")]
mod metadata;
#[cfg(feature = "remote-keys")]
mod remote;
#[cfg(feature = "remote-keys")]
mod remote_builder;
#[cfg(feature = "remote-keys")]
mod schedule;
#[cfg(feature = "remote-keys")]
mod seek;
mod set;
#[cfg(feature = "remote-keys")]
mod snapshot;
mod source;
#[cfg(feature = "remote-keys")]
mod waiters;

pub use fixed::FixedKeys;
pub use hint::KeyHint;
#[cfg(feature = "remote-keys")]
pub use remote::RemoteKeys;
#[cfg(feature = "remote-keys")]
pub use remote_builder::RemoteKeysBuilder;
pub use set::{KeySet, KeySetError, VerificationKey};
pub use source::KeySource;
