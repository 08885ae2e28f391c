//! Everything that is written to the client: status, challenges and headers of refusals, and what the response to an
//! accepted request needs. The client is told codes and fixed texts; facts are for the operator.

mod admission;
mod challenge;
mod error_response;
mod grpc;

pub use admission::Admission;
pub(crate) use challenge::{ChallengeTexts, Challenges};
#[cfg(feature = "axum")]
pub(crate) use error_response::UNGUARDED;
