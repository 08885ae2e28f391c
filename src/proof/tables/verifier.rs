//! Whether a signature holds, by the sender's table where there is one. A table is never the last to refuse, and not
//! always the last to accept.

use std::sync::Arc;

use ahash::RandomState;

use super::builder::{BuildTables, Builder, Precompute};
use super::cache::TableCache;
use crate::proof::proof_key::ProofKey;

/// The tables of all senders, or none unless configured. Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tables(Option<Arc<Shared>>);

#[derive(Debug)]
struct Shared {
    /// After how many accepted proofs a table is due.
    after: usize,
    cache: Arc<TableCache>,
    builder: Builder,
    /// Keyed, so that nobody knows which proofs are asked twice.
    sample: RandomState,
}

impl Tables {
    /// Of at most `budget` bytes in all.
    pub(crate) fn new(budget: usize, after: usize) -> Self {
        Self::built_by(
            Arc::new(Precompute),
            Arc::new(TableCache::new(budget)),
            after,
        )
    }

    pub(super) fn built_by(
        precompute: Arc<dyn BuildTables>,
        cache: Arc<TableCache>,
        after: usize,
    ) -> Self {
        Self(Some(Arc::new(Shared {
            after,
            builder: Builder::new(Arc::clone(&cache), precompute),
            cache,
            sample: RandomState::new(),
        })))
    }

    /// Whether this is the sender's signature over the message.
    pub(crate) fn verifies(&self, sender: &ProofKey, message: &[u8], signature: &[u8]) -> bool {
        let plain = || sender.key.verifies(message, signature);
        let Some(shared) = &self.0 else {
            return plain();
        };
        let Some(table) = shared.cache.get(&sender.thumbprint) else {
            return plain();
        };
        let by_table = table.verifies(message, signature);
        if by_table && shared.believes(message, signature) {
            return true;
        }
        let verdict = plain();
        if verdict != by_table {
            shared.abandon(by_table);
        }
        verdict
    }

    /// Counts a proof that was accepted, with a valid token and for the first time; enough of them make a table due.
    pub(crate) fn accepted(&self, sender: &Arc<ProofKey>) {
        let Some(shared) = &self.0 else {
            return;
        };
        if sender.accepted.is_due(shared.after) && !shared.cache.has(&sender.thumbprint) {
            shared.builder.request(sender);
        }
    }

    /// How many tables there are, and the bytes that they take up.
    pub(crate) fn held(&self) -> (usize, usize) {
        self.0.as_ref().map_or((0, 0), |shared| shared.cache.held())
    }

    /// Whether a table disagreed with the plain verifier.
    pub(crate) fn are_abandoned(&self) -> bool {
        let shared = self.0.as_ref();
        shared.is_some_and(|shared| shared.cache.is_abandoned())
    }
}

impl Shared {
    /// Whether a table's yes is enough for this signature. Asked after the table: meanwhile another may have disagreed
    /// with the plain verifier.
    fn believes(&self, message: &[u8], signature: &[u8]) -> bool {
        // The message too: a fault may accept one signature for all messages.
        let hash = self.sample.hash_one((message, signature));
        let is_sampled = hash.is_multiple_of(SAMPLE);
        !is_sampled && !self.cache.is_abandoned()
    }

    fn abandon(&self, accepted_by_table: bool) {
        if self.cache.abandon() {
            tracing::error!(
                accepted_by_table,
                "a sender table disagreed with the plain verifier, whose verdict counts: all tables are dropped and no \
                 more are built; please report this"
            );
        }
    }
}

/// One of so many acceptances is asked again.
const SAMPLE: u64 = 256;
