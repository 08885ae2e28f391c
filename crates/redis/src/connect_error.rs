//! Why a server is not used although, or because, it was reached.

use std::fmt;

/// A server cannot be used. No text shows a password.
///
/// `Debug` shows the same text as `Display`, since that is what a `main` prints that returns an error.
#[derive(Clone, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// A node of a Cluster was configured as a single server.
    #[error("{server} is a node of a Cluster; configure it with `Servers::cluster`")]
    ClusterNode {
        /// The address.
        server: String,
    },
    /// The server may evict entries that are still needed: a used proof would be accepted again, a denied token too.
    #[error(
        "{server} has `maxmemory-policy {policy}`, which drops entries that are still needed: a used proof would be accepted \
         again; set `maxmemory-policy noeviction`"
    )]
    EvictionPolicy {
        /// The address.
        server: String,
        /// The policy.
        policy: String,
    },
    /// The server cannot be written to: it is a replica.
    #[error(
        "{server} is a replica; connect to the primary, or use `Servers::sentinel` or `Servers::cluster`"
    )]
    Replica {
        /// The address.
        server: String,
    },
    /// A Sentinel was configured as a server.
    #[error("{server} is a Sentinel; configure it with `Servers::sentinel`")]
    Sentinel {
        /// The address.
        server: String,
    },
    /// No server could be used, with the reason.
    #[error("{0}")]
    Unavailable(String),
    /// The server is too old for `SET` with `NX` and `GET`.
    #[error("{server} is version {version}; expected Redis 7.0 or later, or Valkey")]
    Version {
        /// The address.
        server: String,
        /// What it reports.
        version: String,
    },
}

impl fmt::Debug for ConnectError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}
