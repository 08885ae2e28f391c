//! Client assertions: JWTs by which clients authenticate (RFC 7523 section 3, RFC 10070).

mod claims;
mod decoy;
mod error;
mod header;
mod signature;
mod unverified;
mod verifier;

pub(super) use error::AssertionCheckError;
pub use error::AssertionError;
pub(super) use unverified::UnverifiedAssertion;
pub use verifier::ClientAssertions;
