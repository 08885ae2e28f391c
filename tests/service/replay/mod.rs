//! The replay store.
mod memory;
mod once;
mod share;
mod store;
mod suite;
