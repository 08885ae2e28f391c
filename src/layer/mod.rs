//! The guard as a tower layer: the only module that depends on tower.
//!
//! Never touches the request body, and needs no bounds on it. The body of a response is touched only by
//! [`GuardLayer::end_responses_with_access`].

mod ending;
mod ending_body;
mod future;
mod inner;
mod nonce;
mod respond;
mod service;
#[cfg(feature = "axum")]
mod unguarded;

pub use ending::{Ending, EndingFuture, EndingLayer};
pub use ending_body::EndingBody;
pub use future::ResponseFuture;
pub use nonce::{NonceFuture, NonceLayer, NonceService};
pub use service::{GuardLayer, Guarded};
#[cfg(feature = "axum")]
pub use unguarded::unguarded_paths;
