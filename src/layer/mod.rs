//! The guard as a tower layer: the only module that depends on tower.
//!
//! Never touches the request body, and needs no bounds on it.

mod future;
mod inner;
mod nonce;
mod respond;
mod service;
#[cfg(feature = "axum")]
mod unguarded;

pub use future::ResponseFuture;
pub use nonce::{NonceFuture, NonceLayer, NonceService};
pub use service::{GuardLayer, Guarded};
#[cfg(feature = "axum")]
pub use unguarded::unguarded_paths;
