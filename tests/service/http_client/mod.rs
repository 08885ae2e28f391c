//! Outgoing HTTP.

#[cfg(all(feature = "axum", feature = "reqwest", feature = "rustls"))]
mod client_certificate;
#[cfg(feature = "reqwest")]
mod reqwest;
