//! Token introspection (RFC 7662), with signed responses (RFC 9701).

mod breaker;
mod caller;
mod endpoint;
mod metadata;
mod response;
mod response_error;
mod signed;
mod verifier;

pub use verifier::Introspection;
