//! Client certificates: forwarded headers, the TLS connection, trusted peers.

mod chain;
mod forms;
mod forwarded;
#[cfg(all(feature = "axum", feature = "rustls"))]
mod mtls_connection;
#[cfg(all(feature = "axum", feature = "rustls"))]
mod mtls_listener;
#[cfg(all(feature = "axum", feature = "rustls"))]
mod mtls_policy;
#[cfg(all(feature = "axum", feature = "rustls"))]
mod mtls_sessions;
mod peers;
#[cfg(feature = "axum")]
mod peers_axum;
mod pem;
mod properties;
mod xfcc;
