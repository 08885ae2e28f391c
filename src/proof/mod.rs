//! Did this sender prove, on this request, that it holds the key of the token?
//!
//! [`Dpop`] carries out RFC 9449. This room never sees what kind of token it protects.

mod dpop;
mod error;
mod origin;
mod path;
mod presented;
mod request;
mod sender;
mod target;
mod uri_error;

pub use crate::jose::{BadKey, Fault, JwkError};
pub use dpop::Dpop;
pub(crate) use dpop::{DpopEvidence, Unproven, UnverifiedProof};
pub use error::{ProofError, RequestError};
pub(crate) use presented::{has_proof, remove_proof};
pub use target::NormalUri;
pub use uri_error::UriError;
