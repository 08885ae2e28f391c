//! Token introspection (RFC 7662), with signed answers (RFC 9701).

mod answer;
mod answer_error;
mod breaker;
mod caller;
mod endpoint;
mod metadata;
mod signed;
mod verifier;

pub use verifier::Introspection;
