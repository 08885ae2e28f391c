//! The cache of tables, limited in bytes. Once a table disagrees with the plain verifier, the cache stays empty.

use std::fmt;
use std::sync::Arc;

use moka::policy::EvictionPolicy;
use moka::sync::Cache;

use crate::crypto::{Digest, Table};
use crate::sync::atomic::{AtomicBool, Ordering};

/// Verifies in place of a key: a [`Table`], or in tests a scripted verifier.
pub(super) trait Verifies: Send + Sync {
    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool;

    /// The memory that it takes up.
    fn bytes(&self) -> usize;
}

impl Verifies for Table {
    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        Self::verifies(self, message, signature)
    }

    fn bytes(&self) -> usize {
        Self::bytes(self)
    }
}

/// Tables by the thumbprint of their key, which determines curve and point, and so the one signature scheme that a
/// table verifies.
pub(super) struct TableCache {
    tables: Cache<Digest, Arc<dyn Verifies>>,
    abandoned: AtomicBool,
}

impl TableCache {
    /// A cache limited to this many bytes; the least recently used tables are evicted first.
    pub(super) fn new(budget: usize) -> Self {
        let weigh = |_: &Digest, table: &Arc<dyn Verifies>| {
            let bytes = table.bytes().saturating_add(ENTRY_BYTES);
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        Self {
            tables: Cache::builder()
                .eviction_policy(EvictionPolicy::lru())
                .weigher(weigh)
                .max_capacity(u64::try_from(budget).unwrap_or(u64::MAX))
                .build(),
            abandoned: AtomicBool::new(false),
        }
    }

    pub(super) fn get(&self, thumbprint: &Digest) -> Option<Arc<dyn Verifies>> {
        self.tables.get(thumbprint)
    }

    /// Whether there is a table; does not count as a use.
    pub(super) fn has(&self, thumbprint: &Digest) -> bool {
        self.tables.contains_key(thumbprint)
    }

    pub(super) fn put(&self, thumbprint: Digest, table: Arc<dyn Verifies>) {
        self.tables.insert(thumbprint, table);
        // Evicts dropped entries now, not when the cache next runs its tasks; the memory of a table is freed with its
        // last reader.
        self.tables.run_pending_tasks();
        // Checked afterwards: of two concurrent calls, one sees the other.
        if self.is_abandoned() {
            self.clear();
        }
    }

    /// Drops all tables permanently; returns whether this call was the first to do so.
    pub(super) fn abandon(&self) -> bool {
        let is_first = !self.abandoned.swap(true, Ordering::SeqCst);
        self.clear();
        is_first
    }

    pub(super) fn is_abandoned(&self) -> bool {
        self.abandoned.load(Ordering::SeqCst)
    }

    /// The number of tables, and the bytes that they take up.
    pub(super) fn held(&self) -> (usize, usize) {
        let number = |number| usize::try_from(number).unwrap_or(usize::MAX);
        let (count, bytes) = (self.tables.entry_count(), self.tables.weighted_size());
        (number(count), number(bytes))
    }

    /// moka invalidates by time, and a coarse clock could leave a table in the cache: `is_abandoned` prevents its use.
    fn clear(&self) {
        self.tables.invalidate_all();
        self.tables.run_pending_tasks();
    }
}

/// Does not show whose tables it holds.
impl fmt::Debug for TableCache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, bytes) = self.held();
        write!(formatter, "TableCache({count} tables, {bytes} bytes)")
    }
}

/// The approximate overhead of an entry.
const ENTRY_BYTES: usize = 256;
