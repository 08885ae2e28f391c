//! Is this token valid, and to whom is it bound?
//!
//! [`JwtVerifier`] verifies JWTs (RFC 9068); [`TokenVerifier`] is the trait for other formats. This module never sees a
//! proof.

mod claims;
mod confirmation;
mod error;
mod jwt;
mod verifier;

pub use claims::Claims;
pub use confirmation::{Confirmation, ConfirmationError};
pub use error::TokenError;
pub use jwt::{Issuer, JwtVerifier};
pub use verifier::{AccessToken, PresentedToken, TokenVerifier};
