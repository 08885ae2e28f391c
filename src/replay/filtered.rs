//! A shared store with an in-process one in front of it, which refuses what this node accepted before.

use std::time::Duration;

use super::deadline::within;
use super::memory::MemoryStore;
use super::outage::{Call, Outage};
use super::store::{Insertion, ReplayError, ReplayStore, UsedProof};
use crate::config_error::{ConfigError, in_range};
use crate::crypto::Digest;
use crate::future::MaybeReady;
use crate::time::Timestamp;

/// A shared store, and in front of it a [`MemoryStore`] with the proofs that this node accepted.
///
/// A copy of a proof that this node accepted is refused without a round trip, and also after a failover of the shared
/// store that lost it. All other proofs are decided by the shared store. [`guide::fleet`](crate::guide::fleet) has the
/// replays that this leaves possible.
///
/// A proof is inserted into the filter after the shared store reported it as fresh: a proof that was refused because
/// the shared store is unavailable may be sent again. If the filter has no space for it, or cannot tell whether it is
/// new, the request is refused (503, or 429 for a principal's share), so its capacity must be that of a node without a
/// shared store.
///
/// # Deployment
///
/// When the shared store is unavailable, requests are refused with 503, unless
/// [`FilteredStore::accept_once_per_node_during_outages`] was called. Use an `Arc` of the store to read its counters:
///
/// ```
/// use std::sync::Arc;
///
/// use sender_constraint::ConfigError;
/// use sender_constraint::proof::Dpop;
/// use sender_constraint::replay::{FilteredStore, MemoryStore, ReplayStore};
///
/// fn dpop(shared: impl ReplayStore) -> Result<(Dpop, Arc<FilteredStore>), ConfigError> {
///     let store = FilteredStore::new(shared, MemoryStore::default());
///     let store = Arc::new(store.accept_once_per_node_during_outages());
///     let dpop = Dpop::new("https://api.example.com")?.replay_store(Arc::clone(&store));
///     Ok((dpop, store))
/// }
/// # let _ = dpop(MemoryStore::default());
/// ```
#[derive(Debug)]
#[must_use]
pub struct FilteredStore {
    shared: Box<dyn ReplayStore>,
    filter: MemoryStore,
    timeout: Duration,
    /// Where it is `None`, an outage refuses.
    accepted_in_outages: Option<Outage>,
}

impl FilteredStore {
    /// Puts `filter` in front of `shared`.
    pub fn new(shared: impl ReplayStore, filter: MemoryStore) -> Self {
        Self {
            shared: Box::new(shared),
            filter,
            timeout: DEFAULT_TIMEOUT,
            accepted_in_outages: None,
        }
    }

    /// Sets how long a request waits for the shared store: 500 ms by default, from 1 ms to 30 s. Then the shared store
    /// is unavailable. Must be shorter than `Dpop::replay_timeout`, which otherwise refuses the request first, with
    /// 503: such a guard logs a warning when it is built.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Duration`] outside this range.
    pub fn timeout(mut self, limit: Duration) -> Result<Self, ConfigError> {
        let setting = "the timeout of the shared replay store";
        self.timeout = in_range(setting, limit, MIN_TIMEOUT, MAX_TIMEOUT)?;
        Ok(self)
    }

    /// While the shared store is unavailable, accepts what is new to this node, instead of refusing with 503. Every
    /// proof may then be accepted once by each node: during the outage, and after it until the proof expires.
    ///
    /// Only [`ReplayError::Unavailable`] has this effect: a full store still causes a refusal. A node that restarts
    /// during an outage forgets what it accepted.
    ///
    /// An `error` event reports when an outage begins, an `info` event when it is over, with the number of requests
    /// that were accepted in it. During an outage, one request in a second calls the shared store.
    pub fn accept_once_per_node_during_outages(mut self) -> Self {
        self.accepted_in_outages = Some(Outage::default());
        self
    }

    /// The number of requests that were accepted without the shared store since this store was created, for metrics.
    #[must_use]
    pub fn accepted_during_outages(&self) -> u64 {
        let outage = self.accepted_in_outages.as_ref();
        outage.map_or(0, Outage::accepted_in_all)
    }

    /// Whether requests are accepted without the shared store now, for metrics.
    #[must_use]
    pub fn is_without_shared_store(&self) -> bool {
        let outage = self.accepted_in_outages.as_ref();
        outage.is_some_and(Outage::is_ongoing)
    }

    async fn insert_into_both(&self, proof: &UsedProof) -> Result<Insertion, ReplayError> {
        let inserted = match &self.accepted_in_outages {
            None => self.insert_shared(proof).await?,
            Some(outage) => match self.insert_unless_out(outage, proof).await? {
                Some(inserted) => inserted,
                None => return self.insert_without_shared(outage, proof).await,
            },
        };
        match inserted {
            // If the shared store lost the proof in between, two requests may get here with it.
            Insertion::Fresh => self.filter.insert(proof).await,
            Insertion::Replayed => Ok(Insertion::Replayed),
        }
    }

    async fn insert_shared(&self, proof: &UsedProof) -> Result<Insertion, ReplayError> {
        let setting = "`FilteredStore::timeout`";
        within(self.timeout, setting, self.shared.insert(proof)).await
    }

    /// `None` if the shared store is unavailable.
    async fn insert_unless_out(
        &self,
        outage: &Outage,
        proof: &UsedProof,
    ) -> Result<Option<Insertion>, ReplayError> {
        let call = outage.next_call(proof.now);
        if call == Call::Skip {
            return Ok(None);
        }
        match self.insert_shared(proof).await {
            Err(ReplayError::Unavailable(error)) => {
                outage.begin(proof.now, &error);
                Ok(None)
            }
            answer => {
                outage.answered(call, proof.now);
                answer.map(Some)
            }
        }
    }

    async fn insert_without_shared(
        &self,
        outage: &Outage,
        proof: &UsedProof,
    ) -> Result<Insertion, ReplayError> {
        let inserted = self.filter.insert(proof).await;
        if inserted == Ok(Insertion::Fresh) {
            outage.accepted();
        }
        inserted
    }
}

impl ReplayStore for FilteredStore {
    fn insert<'a>(
        &'a self,
        proof: &'a UsedProof,
    ) -> MaybeReady<'a, Result<Insertion, ReplayError>> {
        if self.filter.has_seen(&proof.key, proof.now) {
            return MaybeReady::ready(Ok(Insertion::Replayed));
        }
        MaybeReady::pending(self.insert_into_both(proof))
    }

    fn has_seen(&self, key: &Digest, now: Timestamp) -> bool {
        self.filter.has_seen(key, now) || self.shared.has_seen(key, now)
    }

    fn gives_up_after(&self) -> Option<Duration> {
        Some(self.timeout)
    }
}

const DEFAULT_TIMEOUT: Duration = Duration::from_millis(500);
const MIN_TIMEOUT: Duration = Duration::from_millis(1);
const MAX_TIMEOUT: Duration = Duration::from_secs(30);
