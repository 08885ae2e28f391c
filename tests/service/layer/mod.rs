//! The layer in axum, hyper and tonic.

mod answers;
#[cfg(feature = "axum")]
mod axum;
#[cfg(feature = "axum")]
mod extract;
mod futures;
mod hyper;
#[cfg(feature = "axum")]
mod optional;
mod service;
mod tonic;
#[cfg(feature = "axum")]
mod unguarded;
