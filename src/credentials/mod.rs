//! The `Authorization` header: exactly one, a known scheme, one token68 (RFC 9110 section 11.6.2).

mod error;
mod header;

pub use error::{CredentialsError, Scheme, UnsupportedScheme};
pub(crate) use header::{
    BadCredentials, Credentials, has_query_token, is_absent, is_preflight, remove,
};
