//! The claims by which an authorization server expresses scope, client, audience and roles, and what distinguishes its
//! access tokens from its other JWTs, where it does not follow RFC 9068.

mod custom;
mod marker;
mod names;
mod providers;
mod reading;
mod roles;
mod rules;

pub use marker::Marker;
pub use names::UnknownDialect;
pub(super) use reading::{Reading, Standard};
pub use roles::Roles;
pub use rules::Dialect;
pub(super) use rules::Profile;
