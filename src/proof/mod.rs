//! Verifies that the sender of a request holds the key that the token is bound to.
//!
//! [`Dpop`] implements RFC 9449, [`Mtls`] implements RFC 8705. This module does not depend on the token format.

mod check;
mod claims;
mod dpop;
mod error;
mod forwarded;
mod freshness;
mod mtls;
mod nonce;
mod profile;
mod proof_key;
mod proof_key_cache;
mod rollover;
#[cfg(feature = "sender-tables")]
mod sender_tables;
mod separate_stores;
mod signed_proof;
mod tables;
mod target_settings;
mod targets;
mod time_window;
mod websocket;

pub(crate) use claims::{has_proof, remove_proof};
pub use dpop::Dpop;
pub(crate) use error::ProofCheckError;
pub use error::ProofError;
pub use forwarded::{ForwardedError, ForwardedHost};
pub use mtls::Mtls;
pub(crate) use mtls::MtlsEvidence;
pub(crate) use nonce::NonceIssuer;
pub use nonce::{NonceSecret, NonceSecretFile, NonceSecrets, Nonces};
pub(crate) use rollover::Holder;
pub use rollover::{RolloverError, Rollovers};
#[cfg(feature = "sender-tables")]
pub use sender_tables::{SenderTableStats, SenderTables};
pub(crate) use signed_proof::DpopEvidence;
