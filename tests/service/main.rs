//! The crate through its public face: requests in, responses and what the service saw out. Folders as in `src`.
#![allow(
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test may fail by panic"
)]

#[path = "../common/certificates.rs"]
mod certificates;
#[path = "../common/mod.rs"]
mod common;
#[cfg(all(feature = "axum", feature = "rustls"))]
#[path = "../common/tls.rs"]
mod tls;

mod audit;
mod capacity;
mod cert;
mod client_auth;
#[cfg(feature = "config")]
mod config;
mod credentials;
mod crypto;
mod debug_output;
mod exceptions;
mod fapi2;
mod guard;
mod http_client;
mod jose;
mod keys;
mod layer;
mod metadata;
mod nonce;
mod openapi;
mod proof;
mod properties;
mod remote;
mod replay;
mod require;
#[cfg(all(feature = "axum", feature = "config"))]
mod resource_server;
mod response;
mod revocation;
mod sizes;
mod smoke;
mod token;
mod token_endpoint;
mod uri;
