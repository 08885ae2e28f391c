//! The permit of a connection, which counts it as long as it or a tunnel of it lasts.

use std::sync::Arc;

use sender_constraint::cert::Peer;
use tokio::sync::{OwnedSemaphorePermit, watch};

/// How far the server is on its way to the end.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Phase {
    Serving,
    /// No new connections. The open ones serve what still arrives, and announce that they close.
    Draining,
    /// Idle connections close; what is under way goes on.
    Finishing,
    /// What is still under way ends.
    Closing,
}

/// Who is connected, and until when.
#[derive(Clone, Debug)]
pub(crate) struct ConnectionPermit {
    peer: Peer,
    phase: watch::Receiver<Phase>,
    _permit: Arc<OwnedSemaphorePermit>,
}

impl ConnectionPermit {
    pub(super) fn new(
        peer: Peer,
        phase: watch::Receiver<Phase>,
        permit: OwnedSemaphorePermit,
    ) -> Self {
        Self {
            peer,
            phase,
            _permit: Arc::new(permit),
        }
    }

    pub(crate) const fn peer(&self) -> &Peer {
        &self.peer
    }

    pub(crate) fn phase(&self) -> Phase {
        *self.phase.borrow()
    }

    /// Waits for a phase, or for the end of the server.
    pub(crate) async fn reached(&mut self, phase: Phase) {
        drop(self.phase.wait_for(|reached| *reached >= phase).await);
    }
}
