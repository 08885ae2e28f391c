//! The replay store.
mod gateway;
mod memory;
mod once;
mod share;
mod store;
mod suite;
