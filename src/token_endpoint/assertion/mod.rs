//! Client assertions: JWTs by which clients authenticate (RFC 7523 section 3, RFC 10070).

mod checks;
mod claims;
mod decoy;
mod error;
mod header;
mod rules;
mod signature;
mod unverified;

pub(super) use error::AssertionCheckError;
pub use error::AssertionError;
pub use rules::ClientAssertions;
pub(super) use unverified::UnverifiedAssertion;
