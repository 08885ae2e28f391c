//! Connections with clients: accepted, limited, served, and drained at the end.

mod accept;
mod admin;
mod connection;
mod connection_permit;
mod deadline;
mod listener;
mod streams;
mod tls;

pub(crate) use accept::serve;
pub(crate) use admin::serve_admin;
pub(crate) use connection_permit::{ConnectionPermit, Phase};
pub(crate) use listener::Listener;
pub(crate) use tls::{Handshakes, ServerCertificate};
