//! Did this sender prove, on this request, that it holds the key of the token?
//!
//! [`Dpop`] is RFC 9449, [`Mtls`] is RFC 8705. This module never sees what kind of token it protects.

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
pub(crate) use dpop::DpopEvidence;
pub(crate) use error::ProofCheckError;
pub use error::ProofError;
pub use mtls::Mtls;
pub(crate) use mtls::MtlsEvidence;
pub(crate) use presented::{has_proof, remove_proof};
#[cfg(feature = "sender-tables")]
pub use sender_tables::{SenderTables, TablesInUse};
pub(crate) use succession::Holder;
pub use succession::{SuccessionError, Successions};
