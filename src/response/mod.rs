//! Everything that is written to the client: status, challenges and headers of refusals, and the changes to the
//! response of an accepted request. The client receives codes and fixed texts; details are for the operator.

mod admission;
mod anonymous;
mod caching;
mod challenge;
mod challenge_texts;
mod date;
mod error_body;
mod error_response;
mod grpc;
mod interaction;
mod metadata;
mod new_nonce;
mod optional_admission;
mod reasons;

pub use admission::Admission;
pub use anonymous::Anonymous;
pub(crate) use challenge::Challenges;
#[cfg(feature = "config")]
pub(crate) use challenge_texts::REALM_LENGTH;
pub(crate) use challenge_texts::{ChallengeTexts, ResourceTexts};
pub use error_body::ErrorBody;
pub(crate) use error_body::{PROBLEM_JSON, problem_json};
pub(crate) use error_response::misconfigured;
#[cfg(feature = "axum")]
pub(crate) use error_response::{MISCONFIGURED, UNEXPECTED_CLAIMS};
pub(crate) use grpc::{grpc_end, is_grpc_content, response_form};
pub(crate) use interaction::Interaction;
pub(crate) use metadata::metadata_response;
pub use new_nonce::NewNonce;
pub use optional_admission::OptionalAdmission;
