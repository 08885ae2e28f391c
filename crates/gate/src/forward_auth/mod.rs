//! The forward-auth service: another proxy sends an authorization request for each request, and forwards what is accepted.

mod answer;
mod decision;
mod original;

pub(crate) use answer::{ForwardAuth, authorize};
pub(crate) use decision::Decider;
#[cfg(feature = "ext-authz-grpc")]
pub(crate) use decision::Decision;
#[cfg(feature = "ext-authz-grpc")]
pub(crate) use original::path_and_query;
