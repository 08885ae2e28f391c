//! Verifies signatures, with the sender's table where there is one. The plain verifier re-verifies every refusal of a
//! table, and a sample of its acceptances.

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
    /// The number of accepted proofs after which a table is due.
    after: usize,
    cache: Arc<TableCache>,
    builder: Builder,
    /// Keyed, so that clients cannot predict which proofs are re-verified.
    sample: RandomState,
}

impl Tables {
    /// Tables of at most `budget` bytes in total.
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

    /// Counts a proof that was accepted for the first time, with a valid token; enough of them make a table due.
    pub(crate) fn accepted(&self, sender: &Arc<ProofKey>) {
        let Some(shared) = &self.0 else {
            return;
        };
        if sender.accepted.is_due(shared.after) && !shared.cache.has(&sender.thumbprint) {
            shared.builder.request(sender);
        }
    }

    /// The number of tables, and the bytes that they take up.
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
    /// Whether the table's acceptance is final for this signature. Checked after the table: in the meantime another
    /// table may have disagreed with the plain verifier.
    fn believes(&self, message: &[u8], signature: &[u8]) -> bool {
        // Includes the message: a fault may accept one signature for all messages.
        let hash = self.sample.hash_one((message, signature));
        let is_sampled = hash.is_multiple_of(SAMPLE);
        !is_sampled && !self.cache.is_abandoned()
    }

    fn abandon(&self, accepted_by_table: bool) {
        if self.cache.abandon() {
            tracing::error!(
                accepted_by_table,
                "a sender table disagreed with the plain verifier, which is authoritative: all tables are dropped and \
                 no more are built; please report this bug"
            );
        }
    }
}

/// One in this many acceptances is re-verified.
const SAMPLE: u64 = 256;
