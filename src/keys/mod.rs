//! Which key verifies this token?
//!
//! [`FixedKeys`] are given at start; `RemoteKeys` follow an authorization server (feature `remote-keys`);
//! [`KeySource`] is the trait behind both.

#[cfg(feature = "remote-keys")]
mod download;
mod fixed;
mod hint;
#[cfg(feature = "remote-keys")]
mod metadata;
#[cfg(feature = "remote-keys")]
mod remote;
#[cfg(feature = "remote-keys")]
mod remote_builder;
mod set;
#[cfg(feature = "remote-keys")]
mod snapshot;
mod source;

pub use fixed::FixedKeys;
pub use hint::KeyHint;
#[cfg(feature = "remote-keys")]
pub use remote::RemoteKeys;
#[cfg(feature = "remote-keys")]
pub use remote_builder::RemoteKeysBuilder;
pub use set::{KeySet, KeySetError, VerificationKey};
pub use source::{KeySource, KeysUnavailable};
