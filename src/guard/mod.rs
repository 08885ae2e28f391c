//! Decides whether a request is accepted: [`Guard::check`], configured by [`GuardBuilder`].

mod binding;
mod builder;
mod check;
mod policy;
mod refusal;
mod revocation;
mod unbound;

pub use builder::GuardBuilder;
pub use check::Guard;
