//! Where the servers are, and how to reach them.

mod address;
mod certificates;
mod connection;
mod info;
mod instances;
mod open;
mod servers;
#[cfg(feature = "tls")]
mod tls;
#[cfg(not(feature = "tls"))]
#[path = "no_tls.rs"]
mod tls;

pub(crate) use connection::Connection;
pub(crate) use instances::Instances;
pub(crate) use open::Opened;
pub use servers::Servers;
