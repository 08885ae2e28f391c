//! Issuers that are known only at run time: a rule of the operator decides which are accepted, never the token
//! (RFC 8725 section 3.8).

mod flight;
mod issuers;
mod lane;
mod pattern;
mod registry;
mod resolution;
mod resolver;
mod table;
mod tenant;

pub use issuers::TenantIssuers;
pub use pattern::IssuerPattern;
pub use resolver::IssuerResolver;
pub(super) use tenant::Tenant;
