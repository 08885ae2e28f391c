//! The layer in axum, hyper and tonic.

mod answers;
#[cfg(feature = "axum")]
mod axum;
mod futures;
mod hyper;
mod service;
mod tonic;
