//! Clients whose unbound tokens are accepted until a date.

#[cfg(feature = "config-files")]
mod file;
mod list;
