//! The replay store.
mod once;
mod share;
mod store;
mod window;
