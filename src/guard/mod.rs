//! Decides whether a request is accepted: [`Guard::check`], configured by [`GuardBuilder`].

mod accepted;
mod access_end;
mod binding;
mod build;
mod builder;
mod check;
mod described;
mod fapi2;
mod mcp;
mod metadata;
mod optional;
mod policy;
mod refusal;
mod refuse;
mod resources;
mod revocation;
mod unbound;
mod unbound_report;
mod verify;

pub(crate) use accepted::Accepted;
pub use access_end::AccessEnd;
pub use builder::GuardBuilder;
pub use check::Guard;
pub use unbound_report::{UnboundClient, UnboundReport};
