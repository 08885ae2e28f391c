//! May this request pass? [`Guard`] decides, by the settings of its [`GuardBuilder`].

mod builder;
mod check;

pub use builder::GuardBuilder;
pub use check::Guard;
