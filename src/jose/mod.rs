//! JSON Object Signing: verification of compact JWS (RFC 7515), public JWKs with their thumbprint (RFC 7517, RFC
//! 7638), and the table of algorithms (RFC 7518, RFC 8037, RFC 9864). Only this server's own client assertions
//! and metadata are signed.

mod alg;
mod audience;
mod decoded;
mod header;
mod json;
mod json_value;
mod jwk;
mod jws;
mod plain;
#[cfg(feature = "http-client")]
mod private_jwk;
#[cfg(feature = "http-client")]
mod sign;

pub use crate::crypto::KeyError;
pub use alg::Algorithm;
pub(crate) use alg::AlgorithmList;
pub(crate) use audience::Audience;
pub(crate) use decoded::DecodedJws;
pub(crate) use header::JoseHeader;
pub(crate) use json::{Object, Reader, parse, parse_fast};
pub use json_value::JsonError;
pub(crate) use jwk::Jwk;
pub use jwk::JwkError;
pub(crate) use jws::{Compact, Critical, TypeName};
#[cfg(feature = "http-client")]
pub(crate) use private_jwk::PrivateJwk;
#[cfg(feature = "http-client")]
pub(crate) use sign::{sign_compact, signing_algorithm};
