//! May this request pass? [`Guard::check`] decides, by the settings of its [`GuardBuilder`].

mod binding;
mod builder;
mod check;
mod policy;

pub use builder::GuardBuilder;
pub use check::Guard;
