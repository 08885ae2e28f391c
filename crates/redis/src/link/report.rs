//! Events about the connection. Each kind is limited: a server that comes and goes must not fill the log.

use tokio::time::Instant;

use super::event_limit::EventLimit;
use crate::connect_error::ConnectError;
use crate::server::{Instances, Servers};

/// What was written about the connection.
#[derive(Debug)]
pub(super) struct Report {
    /// Whether used proofs are recorded there; a deny-list reports what it lost itself.
    records_proofs: bool,
    instances: Instances,
    connected: EventLimit,
    lost: EventLimit,
    restarted: EventLimit,
    unusable: EventLimit,
}

impl Report {
    pub(super) fn new(records_proofs: bool) -> Self {
        Self {
            records_proofs,
            instances: Instances::default(),
            connected: EventLimit::default(),
            lost: EventLimit::default(),
            restarted: EventLimit::default(),
            unusable: EventLimit::default(),
        }
    }

    pub(super) fn connected(&mut self, servers: &Servers, attempt: u64) {
        if let Some(suppressed) = self.connected.admit(Instant::now()) {
            tracing::info!(?servers, attempt, suppressed, "connected to Redis");
        }
    }

    /// Writes why a connection is given up: it broke, or leads to a server that must not be used.
    pub(super) fn given_up(&mut self, servers: &Servers, error: &ConnectError) {
        let Some(suppressed) = self.lost.admit(Instant::now()) else {
            return;
        };
        if matches!(error, ConnectError::Unavailable(_)) {
            tracing::warn!(?servers, reason = %error, suppressed, "the connection to Redis is lost");
        } else {
            tracing::error!(?servers, reason = %error, suppressed, "Redis is reachable, but must not be used any longer");
        }
    }

    pub(super) fn unusable(&mut self, servers: &Servers, attempt: u64, error: &ConnectError) {
        if let Some(suppressed) = self.unusable.admit(Instant::now()) {
            tracing::error!(?servers, attempt, reason = %error, suppressed, "Redis cannot be used; attempts go on");
        }
    }

    /// Writes if a server is another process than before: restarted, perhaps empty, or promoted.
    pub(super) fn seen(&mut self, servers: &Servers, instances: Instances) {
        let keys = instances.keys();
        if !self.instances.update(instances) || !self.records_proofs {
            return;
        }
        if let Some(suppressed) = self.restarted.admit(Instant::now()) {
            tracing::warn!(
                ?servers,
                keys,
                suppressed,
                "Redis was restarted, or another server took over: proofs whose records it does not have are accepted once \
                 more, unless a `FilteredStore` of this instance has them"
            );
        }
    }
}
