//! Clients that authenticate at a token endpoint.

mod assertions;
#[cfg(all(feature = "axum", feature = "rustls"))]
mod certificates;
mod form;
mod hostile;
mod keys;
mod methods;
mod once;
mod secrets;
mod self_signed;
mod world;
