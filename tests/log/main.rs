//! What the operator reads in the log, and what nobody may read there. A program of its own: its subscriber is global.
#![allow(
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test may fail by panic"
)]

#[path = "../common/mod.rs"]
mod common;
mod ends;
mod events;
mod exceptions;
mod facts;
#[cfg(feature = "config-files")]
mod files;
mod interaction;
mod introspection;
#[cfg(feature = "http-client")]
mod keys;
mod metadata;
mod operator_log;
mod outage;
#[cfg(feature = "http-client")]
#[path = "../service/remote.rs"]
mod remote;
mod replay_store;
mod requirements;
mod rollover;
mod secrets;
mod settings;
mod token_endpoint;
mod wiring;
