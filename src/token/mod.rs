//! Verifies access tokens, and reads what they are bound to.
//!
//! [`JwtVerifier`] verifies JWTs (RFC 9068), with a [`Dialect`] for issuers that write them differently, and
//! [`TenantIssuers`] for issuers that are known only at run time. With the feature `http-client`, `Introspection`
//! verifies opaque tokens (RFC 7662), `Hybrid` does both, and `PerIssuer` chooses by the issuer. [`TokenVerifier`] is
//! the trait for other formats, and [`Cached`] caches the results of those that ask a server. This module does not
//! depend on proofs.

mod access_token;
mod actor;
mod audience;
mod authorization_detail;
mod cached;
mod claims;
mod confirmation;
mod dialect;
mod error;
mod foreign;
#[cfg(feature = "http-client")]
mod hybrid;
#[cfg(feature = "http-client")]
mod introspection;
mod jwt;
mod members;
#[cfg(feature = "http-client")]
mod per_issuer;
mod raw_claims;
mod verifier;
mod verifier_settings;

pub use access_token::AccessToken;
pub use actor::Actor;
pub use authorization_detail::AuthorizationDetail;
pub use cached::Cached;
pub use claims::Claims;
pub use confirmation::{Confirmation, ConfirmationError};
pub use dialect::{Dialect, Marker, Roles, UnknownDialect};
pub use error::TokenError;
#[cfg(feature = "http-client")]
pub use hybrid::Hybrid;
#[cfg(feature = "http-client")]
pub use introspection::Introspection;
pub use jwt::{Issuer, IssuerPattern, IssuerResolver, JwtVerifier, TenantIssuers};
#[cfg(feature = "http-client")]
pub use per_issuer::PerIssuer;
pub use verifier::{PresentedToken, TokenVerifier};
pub use verifier_settings::VerifierSettings;
