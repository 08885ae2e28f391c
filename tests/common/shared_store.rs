//! A replay store on another machine, in memory: with a clock of its own, outages, and failovers that lose writes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use sender_constraint::future::MaybeReady;
use sender_constraint::replay::{Insertion, ReplayError, ReplayStore, UsedProof};
use sender_constraint::{Digest, Unavailable};

/// Clones are connections to the same server.
#[derive(Clone, Debug)]
pub struct SharedStore {
    server: Arc<Mutex<Server>>,
    /// The difference of clocks that it adds to the life of an entry.
    margin: Duration,
}

#[derive(Debug, Default)]
struct Server {
    state: ServerState,
    /// Seconds since it started.
    time: u64,
    entries: HashMap<Digest, Written>,
    calls: usize,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum ServerState {
    #[default]
    Available,
    ClockSetBack,
    Full,
    Hanging,
    /// Records the proof, and answers when nobody waits any longer.
    Late,
    Unavailable,
}

#[derive(Clone, Copy, Debug)]
struct Written {
    at: u64,
    dropped_at: u64,
}

impl SharedStore {
    pub fn with_margin(margin: Duration) -> Self {
        let server = Arc::default();
        Self { server, margin }
    }

    pub fn set(&self, state: ServerState) {
        self.server().state = state;
    }

    pub fn advance(&self, seconds: u64) {
        self.server().time += seconds;
    }

    /// A replica takes over that lacks the writes of the last seconds, from this one on.
    pub fn lose_writes_of_the_last(&self, seconds: u64) {
        let mut server = self.server();
        let from = server.time.saturating_sub(seconds);
        server.entries.retain(|_, written| written.at < from);
    }

    pub fn restart_empty(&self) {
        self.server().entries.clear();
    }

    pub fn calls(&self) -> usize {
        self.server().calls
    }

    fn server(&self) -> MutexGuard<'_, Server> {
        self.server.lock().unwrap()
    }

    /// `None` if there is no answer.
    fn answer(&self, proof: &UsedProof) -> Option<Result<Insertion, ReplayError>> {
        let mut server = self.server();
        server.calls += 1;
        Some(match server.state {
            ServerState::Available => Ok(server.insert(proof, self.margin)),
            ServerState::ClockSetBack => Err(ReplayError::ClockSetBack),
            ServerState::Full => Err(ReplayError::Full { capacity: 7 }),
            ServerState::Hanging => return None,
            ServerState::Late => {
                let _ = server.insert(proof, self.margin);
                return None;
            }
            ServerState::Unavailable => Err(Unavailable::replay_store("refused").into()),
        })
    }
}

impl Server {
    fn insert(&mut self, proof: &UsedProof, margin: Duration) -> Insertion {
        let at = self.time;
        if let Some(written) = self.entries.get(&proof.key)
            && at < written.dropped_at
        {
            return Insertion::Replayed;
        }
        let dropped_at = at + proof.keep_for(margin).as_secs();
        let written = Written { at, dropped_at };
        self.entries.insert(proof.key, written);
        Insertion::Fresh
    }
}

impl Default for SharedStore {
    fn default() -> Self {
        Self::with_margin(Duration::from_secs(10))
    }
}

impl ReplayStore for SharedStore {
    fn insert<'a>(
        &'a self,
        proof: &'a UsedProof,
    ) -> MaybeReady<'a, Result<Insertion, ReplayError>> {
        MaybeReady::pending(async move {
            tokio::task::yield_now().await;
            match self.answer(proof) {
                Some(answer) => answer,
                None => std::future::pending().await,
            }
        })
    }
}
