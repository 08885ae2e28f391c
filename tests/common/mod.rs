//! One issuer, one client and a guarded service that counts its calls: what a test changes is what it says.
#![allow(
    dead_code,
    unused_imports,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    missing_docs,
    unreachable_pub,
    unnameable_types,
    reason = "shared by tests, each of which uses a part"
)]

#[cfg(feature = "http-client")]
mod authorization_server;
mod mint;
pub mod private_keys;
mod service;
mod shared_store;
mod temp_file;

#[cfg(feature = "http-client")]
pub use authorization_server::{AuthorizationServer, ENDPOINT, answer, form_of};
pub use mint::{MintProof, MintToken, keys_after};
pub use sender_constraint_testing::{
    FixedClock as TestClock, Proof, SigningKey as Key, Token, encode, sign_compact as sign,
};
pub use service::{Answer, World, claims, request};
pub use shared_store::{ServerState, SharedStore};
pub use temp_file::TempFile;

/// 2026-01-01T00:00:00Z, and the present of every test that does not move it.
pub const NOW: u64 = 1_767_225_600;
pub const ISSUER: &str = "https://as.example.com";
pub const AUDIENCE: &str = "https://rs.example.com";
pub const ORIGIN: &str = "https://rs.example.com";
