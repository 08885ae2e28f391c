//! JWT access tokens (RFC 9068).

mod cache;
mod header;
mod issuer;
mod profile;
mod signing_key;
mod unverified;
mod verifier;

pub use issuer::Issuer;
pub use verifier::JwtVerifier;
