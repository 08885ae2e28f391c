//! The replay store.
mod filtered;
mod gateway;
mod memory;
#[cfg(feature = "moka")]
mod moka;
mod once;
mod share;
mod store;
mod suite;
