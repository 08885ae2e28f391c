//! Finds the keys that verify access tokens.
//!
//! [`StaticKeys`] are given at start; `RemoteKeys` are fetched from an authorization server (feature `http-client`);
//! [`KeySource`] is the trait that both implement.

#[cfg(feature = "http-client")]
mod backoff;
#[cfg(feature = "http-client")]
mod download;
#[cfg(feature = "http-client")]
mod flight;
mod hint;
#[cfg(feature = "http-client")]
mod log;
#[cfg(feature = "http-client")]
mod metadata;
#[cfg(feature = "http-client")]
mod remote;
#[cfg(feature = "http-client")]
mod remote_builder;
#[cfg(feature = "http-client")]
mod schedule;
mod search;
#[cfg(feature = "http-client")]
mod seek;
mod set;
#[cfg(feature = "http-client")]
mod snapshot;
mod source;
mod static_keys;
#[cfg(feature = "http-client")]
mod status;
#[cfg(feature = "http-client")]
mod waiters;

pub use crate::skipped_key::{SkipReason, SkippedKey};
#[cfg(feature = "http-client")]
pub(crate) use backoff::backoff;
pub use hint::KeyHint;
#[cfg(feature = "http-client")]
pub use remote::RemoteKeys;
#[cfg(feature = "http-client")]
pub use remote_builder::RemoteKeysBuilder;
#[cfg(feature = "http-client")]
pub(crate) use search::is_signed;
pub(crate) use search::{KeySearch, KeySearchError, Ready, Signed, Tried};
pub use set::{KeySet, KeySetError, VerificationKey};
pub use source::KeySource;
pub use static_keys::StaticKeys;
#[cfg(feature = "http-client")]
pub use status::KeysStatus;
