//! Verifies access tokens, and reads what they are bound to.
//!
//! [`JwtVerifier`] verifies JWTs (RFC 9068); [`TokenVerifier`] is the trait for other formats. This module does not
//! depend on proofs. [`Cached`] caches the results of verifiers that ask a server.

mod cached;
mod claims;
mod confirmation;
mod error;
mod jwt;
mod near_miss;
mod verifier;

pub use cached::Cached;
pub use claims::Claims;
pub use confirmation::{Confirmation, ConfirmationError};
pub use error::TokenError;
pub use jwt::{Issuer, JwtVerifier};
pub use verifier::{AccessToken, PresentedToken, TokenVerifier};
