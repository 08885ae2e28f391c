//! Events about the connection. Each kind is limited: a server that comes and goes must not fill the log.

use std::time::Duration;

use tokio::time::Instant;

use crate::connect_error::ConnectError;
use crate::server::{Instances, Servers};

/// What was written about the connection.
#[derive(Debug)]
pub(super) struct Report {
    /// Whether used proofs are recorded there; a deny-list reports what it lost itself.
    records_proofs: bool,
    instances: Instances,
    connected: Sparing,
    lost: Sparing,
    restarted: Sparing,
    unusable: Sparing,
}

impl Report {
    pub(super) fn new(records_proofs: bool) -> Self {
        Self {
            records_proofs,
            instances: Instances::default(),
            connected: Sparing::default(),
            lost: Sparing::default(),
            restarted: Sparing::default(),
            unusable: Sparing::default(),
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

/// One event in each interval.
#[derive(Debug, Default)]
struct Sparing {
    last: Option<Instant>,
    suppressed: u64,
}

impl Sparing {
    /// The number of events that were dropped since the last one, if there were any; `None` if this one is dropped too.
    #[expect(
        clippy::option_option,
        reason = "the field of an event is absent if there is nothing to report"
    )]
    fn admit(&mut self, now: Instant) -> Option<Option<u64>> {
        let is_soon = |last: Instant| now.saturating_duration_since(last) < INTERVAL;
        if self.last.is_some_and(is_soon) {
            self.suppressed = self.suppressed.saturating_add(1);
            return None;
        }
        self.last = Some(now);
        let suppressed = std::mem::take(&mut self.suppressed);
        Some((suppressed > 0).then_some(suppressed))
    }
}

/// Between two events of a kind.
const INTERVAL: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_event_of_a_kind_in_ten_seconds_then_a_count() {
        let mut limit = Sparing::default();
        let start = Instant::now();
        assert_eq!(limit.admit(start), Some(None));
        assert_eq!(limit.admit(start), None);
        assert_eq!(
            limit.admit(start + INTERVAL - Duration::from_nanos(1)),
            None
        );
        assert_eq!(limit.admit(start + INTERVAL), Some(Some(2)));
        assert_eq!(limit.admit(start + INTERVAL * 2), Some(None));
    }
}
