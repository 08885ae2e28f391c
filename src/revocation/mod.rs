//! Denies tokens before they expire: by a deny-list, or by any other [`Revocation`].
//!
//! The guard calls every configured [`Revocation`] on every request, after any token verifier and with tokens from a
//! cache too. [`DenyList`] is the implementation in memory, `DenyFile` (feature `config-files`) is read from a file,
//! and `StatusLists` (feature `status-lists`) reads what issuers publish;
//! [`guide::revocation`](crate::guide::revocation) tells what to do when a key, a client or an issuer is compromised.

mod check;
#[cfg(feature = "config-files")]
mod deny_file;
mod deny_list;
#[cfg(feature = "config-files")]
mod deny_tables;
mod entry;
mod entry_json;
mod records;
#[cfg(feature = "status-lists")]
mod status_list;

pub use check::{Denial, Revocation, RevocationError, TokenUse};
#[cfg(feature = "config-files")]
pub use deny_file::DenyFile;
pub use deny_list::{DenyError, DenyList};
pub use entry::Entry;
#[cfg(feature = "status-lists")]
pub use status_list::StatusLists;
