//! Did this sender prove, on this request, that it holds the key of the token?
//!
//! [`Dpop`] carries out RFC 9449; certificates (RFC 8705) are compared by the guard's `mtls`. This module never sees what kind of token it protects.

mod dpop;
mod error;
mod mtls;
mod presented;
mod sender;
#[cfg(feature = "sender-tables")]
mod sender_tables;
mod senders;
mod succession;
mod tables;
mod time_window;

pub use dpop::Dpop;
pub(crate) use dpop::{DpopEvidence, UnverifiedProof};
pub use error::ProofError;
pub(crate) use error::Unproven;
pub(crate) use mtls::{Mtls, MtlsEvidence};
pub(crate) use presented::{has_proof, remove_proof};
#[cfg(feature = "sender-tables")]
pub use sender_tables::{SenderTables, TablesInUse};
pub(crate) use succession::Holder;
pub use succession::{SuccessionError, Successions};
