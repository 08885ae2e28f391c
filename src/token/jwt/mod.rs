//! JWT access tokens (RFC 9068).

mod cache;
mod header;
mod issuer;
mod known_issuer;
mod profile;
mod signing_key;
mod tenant_tokens;
mod tenants;
mod unverified;
#[cfg(feature = "http-client")]
mod unverified_issuer;
mod verification;
mod verifier;

pub use issuer::Issuer;
pub use tenants::{IssuerPattern, IssuerResolver, TenantIssuers};
#[cfg(feature = "http-client")]
pub(in crate::token) use unverified_issuer::unverified_issuer;
pub use verifier::JwtVerifier;
