//! Outgoing HTTP.

#[cfg(all(feature = "axum", feature = "reqwest", feature = "rustls"))]
mod client_certificate;
#[cfg(feature = "http-client")]
mod metadata;
#[cfg(feature = "reqwest")]
mod reqwest;
