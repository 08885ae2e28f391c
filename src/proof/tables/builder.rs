//! The thread that builds tables, so that no request waits for one.

use std::fmt;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, OnceLock, Weak};
use std::thread;

use super::cache::{TableCache, Verifies};
use crate::crypto::{PreparedKey, Table};
use crate::proof::proof_key::ProofKey;

/// How tables are built, and on which thread; tests substitute their own.
pub(super) trait BuildTables: Send + Sync + 'static {
    /// Returns `None` for a key that can have no table.
    fn build(&self, key: &PreparedKey) -> Option<Arc<dyn Verifies>>;

    /// Runs the work concurrently with the requests.
    fn start(&self, work: Box<dyn FnOnce() + Send>) -> io::Result<()> {
        let thread = thread::Builder::new().name(THREAD.to_owned());
        thread.spawn(work).map(drop)
    }
}

/// Computes multiples of the key on a dedicated thread; used by every build but those of tests.
pub(super) struct Precompute;

impl BuildTables for Precompute {
    fn build(&self, key: &PreparedKey) -> Option<Arc<dyn Verifies>> {
        let table = Table::build(&key.point()?)?;
        Some(Arc::new(table))
    }
}

/// Receives requests for tables. The thread starts with the first request and ends when the builder is dropped.
pub(super) struct Builder {
    cache: Arc<TableCache>,
    precompute: Arc<dyn BuildTables>,
    /// An inner `None` means that there is no thread.
    requests: OnceLock<Option<SyncSender<Arc<ProofKey>>>>,
    /// Whether the thread has ended and a warning was logged.
    is_lost: AtomicBool,
}

impl Builder {
    /// The tables that it builds go into the cache.
    pub(super) fn new(cache: Arc<TableCache>, precompute: Arc<dyn BuildTables>) -> Self {
        Self {
            cache,
            precompute,
            requests: OnceLock::new(),
            is_lost: AtomicBool::new(false),
        }
    }

    /// Does not wait: if too many requests are pending, this one is dropped, and the sender is due again later.
    pub(super) fn request(&self, sender: &Arc<ProofKey>) {
        if let Some(requests) = self.requests.get_or_init(|| self.start()) {
            let sent = requests.try_send(Arc::clone(sender));
            let is_gone = matches!(sent, Err(TrySendError::Disconnected(_)));
            if is_gone && !self.cache.is_abandoned() && !self.is_lost.swap(true, Ordering::Relaxed)
            {
                tracing::warn!(
                    "the thread that builds sender tables panicked: no more tables are built"
                );
            }
        }
    }

    fn start(&self) -> Option<SyncSender<Arc<ProofKey>>> {
        let (sender, requests) = sync_channel(MAX_PENDING);
        // Weak: once the cache is gone, a pending table is not worth building.
        let cache = Arc::downgrade(&self.cache);
        let precompute = Arc::clone(&self.precompute);
        let work = move || work(&requests, &cache, &*precompute);
        match self.precompute.start(Box::new(work)) {
            Ok(()) => Some(sender),
            Err(error) => {
                tracing::warn!(%error, "the thread that builds sender tables could not start: no tables are built");
                None
            }
        }
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_started = self.requests.get().is_some();
        write!(formatter, "Builder(started: {is_started})")
    }
}

fn work(
    requests: &Receiver<Arc<ProofKey>>,
    cache: &Weak<TableCache>,
    precompute: &dyn BuildTables,
) {
    for sender in requests {
        let Some(cache) = cache.upgrade().filter(|cache| !cache.is_abandoned()) else {
            return;
        };
        // A client that writes its header in two ways has two entries with one key.
        if cache.has(&sender.thumbprint) {
            continue;
        }
        match precompute.build(&sender.key) {
            Some(table) => cache.put(sender.thumbprint, table),
            None => sender.accepted.close(),
        }
    }
}

const THREAD: &str = "sender-tables";
/// How many senders may wait for their table.
pub(super) const MAX_PENDING: usize = 256;
