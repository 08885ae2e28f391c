//! The shared deny-list.

mod builder;
mod entries;
mod list;
mod reader;
mod status;
mod write_error;

pub use builder::DenyListBuilder;
pub use list::RedisDenyList;
pub use status::DenyListStatus;
pub use write_error::WriteError;
