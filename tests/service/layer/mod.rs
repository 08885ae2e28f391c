//! The layer in axum, hyper and tonic.

mod answers;
mod axum;
mod futures;
mod hyper;
mod service;
mod tonic;
