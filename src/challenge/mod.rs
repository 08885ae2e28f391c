//! What a client is told of a refusal: the only room that speaks to it. Codes and fixed texts only; facts are
//! for the operator.

mod grpc;
mod refusal;
mod verdict;

pub(crate) use refusal::{ChallengeTexts, Challenges};
#[cfg(feature = "axum")]
pub(crate) use verdict::UNGUARDED;
