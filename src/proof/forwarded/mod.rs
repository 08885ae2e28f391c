//! The host, scheme and prefix that the client addressed, from fields that a trusted proxy sets (RFC 7239 section 5).

mod address;
mod error;
mod field;
mod host;
mod rfc7239;

pub use error::ForwardedError;
pub use host::ForwardedHost;
