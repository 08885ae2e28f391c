//! Client certificates: forwarded headers, the TLS connection, trusted peers.

mod forms;
mod forwarded;
mod mtls_connection;
mod mtls_listener;
mod mtls_sessions;
mod peers;
mod pem;
mod properties;
mod xfcc;
