//! JSON Object Signing, verification only: compact JWS (RFC 7515), public JWKs with their thumbprint (RFC 7517, RFC
//! 7638), and the table of algorithms (RFC 7518, RFC 8037, RFC 9864).

mod alg;
mod json;
mod json_value;
mod jwk;
mod jws;
mod plain;

pub use crate::crypto::KeyError;
pub use alg::Algorithm;
pub(crate) use alg::AlgorithmList;
pub(crate) use json::{Object, Reader, parse, parse_fast};
pub use json_value::JsonError;
pub(crate) use jwk::Jwk;
pub use jwk::JwkError;
pub(crate) use jws::{Compact, Critical, TypeName};
