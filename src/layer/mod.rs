//! The guard as a tower layer: the only module that depends on tower.
//!
//! Never touches the request body, and needs no bounds on it. The body of a response is touched only by
//! [`GuardLayer::end_responses_with_access`].

mod answered;
mod ending;
mod ending_body;
mod future;
mod guard_requirement;
mod guarded;
mod inner;
mod listing;
mod metadata;
mod nonce;
mod require;
#[cfg(feature = "axum")]
mod required_routes;
mod respond;
mod route;
mod service;
#[cfg(feature = "axum")]
mod unguarded;

pub use answered::AnsweredFuture;
pub use ending::{Ending, EndingFuture, EndingLayer};
pub use ending_body::EndingBody;
pub use future::ResponseFuture;
pub use guarded::Guarded;
pub use metadata::{MetadataLayer, WithMetadata};
pub use nonce::{NonceFuture, NonceLayer, NonceService};
pub use require::Required;
#[cfg(feature = "axum")]
pub use required_routes::required_by_routes;
pub use service::GuardLayer;
#[cfg(feature = "axum")]
pub use unguarded::unguarded_paths;
