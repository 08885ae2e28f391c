//! The gate over real sockets: a raw client in front, an upstream of its own behind.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test may fail by panic"
)]

mod admin;
mod certificates;
mod checked;
mod checked_first;
mod configuration;
mod ending;
#[cfg(feature = "ext-authz-grpc")]
mod envoy;
#[cfg(feature = "ext-authz-grpc")]
mod ext_authz;
#[cfg(feature = "ext-authz-grpc")]
mod ext_authz_certificates;
#[cfg(feature = "ext-authz-grpc")]
mod ext_authz_health;
#[cfg(feature = "ext-authz-grpc")]
mod ext_authz_limits;
mod fields;
mod forgotten;
mod forward_auth;
mod framing;
mod full_disk;
mod head_limits;
mod identity;
mod log;
mod mutated;
mod nonce_events;
mod nonces;
mod origins;
mod proxy;
mod public_paths;
mod reload;
#[cfg(feature = "redis")]
mod shared;
mod smuggling;
mod stalled;
mod streaming;
mod strict_upstream;
mod unreachable;
mod upstream;
mod variables;
mod world;
