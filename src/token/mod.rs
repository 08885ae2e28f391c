//! Is this access token good, and to whom is it bound?
//!
//! [`JwtVerifier`] answers for JWTs (RFC 9068); [`TokenVerifier`] is the trait behind it.
//! This module never sees a proof.

mod cache;
mod candidates;
mod claims;
mod confirmation;
mod error;
mod header;
mod issuer;
mod jwt;
mod profile;
mod verifier;

pub use claims::Claims;
pub use confirmation::{Confirmation, ConfirmationError};
pub use error::TokenError;
pub use issuer::Issuer;
pub use jwt::JwtVerifier;
pub use verifier::{AccessToken, PresentedToken, TokenVerifier};
