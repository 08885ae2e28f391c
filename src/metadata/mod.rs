//! The metadata of a protected resource (RFC 9728): where it is, and what it says.

mod document;
mod location;
mod resource;
#[cfg(feature = "http-client")]
mod sign;
mod signature;
mod text;
mod texts;

pub(crate) use document::Enforced;
pub(crate) use location::WELL_KNOWN;
pub use resource::ProtectedResource;
