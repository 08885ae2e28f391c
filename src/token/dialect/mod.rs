//! The claims by which an authorization server expresses scope, client, audience and roles, and what distinguishes its
//! access tokens from its other JWTs, where it does not follow RFC 9068.

mod custom;
mod marker;
mod names;
mod providers;
mod roles;
mod rules;
mod vocabulary;

pub use marker::Marker;
pub use names::UnknownDialect;
pub use roles::Roles;
pub use rules::Dialect;
pub(super) use rules::Profile;
pub(super) use vocabulary::{Standard, Vocabulary};
