//! The layer in axum, hyper and tonic.

mod answers;
#[cfg(feature = "axum")]
mod axum;
mod ending;
#[cfg(feature = "axum")]
mod extract;
mod futures;
mod hyper;
#[cfg(feature = "axum")]
mod metadata;
#[cfg(feature = "axum")]
mod optional;
#[cfg(feature = "axum")]
mod require_axum;
mod require_tonic;
mod service;
mod tonic;
#[cfg(feature = "axum")]
mod unguarded;
