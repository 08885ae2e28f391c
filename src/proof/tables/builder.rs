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

/// How tables are built, and on which thread; tests have ways of their own.
pub(super) trait BuildTables: Send + Sync + 'static {
    /// `None` for a key that can have no table.
    fn build(&self, key: &PreparedKey) -> Option<Arc<dyn Verifies>>;

    /// Runs the work beside the requests.
    fn start(&self, work: Box<dyn FnOnce() + Send>) -> io::Result<()> {
        let thread = thread::Builder::new().name(THREAD.to_owned());
        thread.spawn(work).map(drop)
    }
}

/// Multiples of the key, computed on a thread of their own: the way of every build but a test's.
pub(super) struct Precompute;

impl BuildTables for Precompute {
    fn build(&self, key: &PreparedKey) -> Option<Arc<dyn Verifies>> {
        let table = Table::build(&key.point()?)?;
        Some(Arc::new(table))
    }
}

/// Takes requests for tables. The thread starts with the first and ends when the builder is gone.
pub(super) struct Builder {
    cache: Arc<TableCache>,
    precompute: Arc<dyn BuildTables>,
    /// `None` inside: there is no thread.
    requests: OnceLock<Option<SyncSender<Arc<ProofKey>>>>,
    /// The thread is gone, and that was told.
    is_lost: AtomicBool,
}

impl Builder {
    /// Puts what it builds into the cache.
    pub(super) fn new(cache: Arc<TableCache>, precompute: Arc<dyn BuildTables>) -> Self {
        Self {
            cache,
            precompute,
            requests: OnceLock::new(),
            is_lost: AtomicBool::new(false),
        }
    }

    /// Does not wait: with too many requests pending this one is dropped, and the sender is due again later.
    pub(super) fn request(&self, sender: &Arc<ProofKey>) {
        if let Some(requests) = self.requests.get_or_init(|| self.start()) {
            let sent = requests.try_send(Arc::clone(sender));
            let is_gone = matches!(sent, Err(TrySendError::Disconnected(_)));
            if is_gone && !self.cache.is_abandoned() && !self.is_lost.swap(true, Ordering::Relaxed)
            {
                tracing::warn!("the thread for sender tables ended by a panic: no more are built");
            }
        }
    }

    fn start(&self) -> Option<SyncSender<Arc<ProofKey>>> {
        let (sender, requests) = sync_channel(MAX_PENDING);
        // Weak: work for nobody is not worth finishing.
        let cache = Arc::downgrade(&self.cache);
        let precompute = Arc::clone(&self.precompute);
        let work = move || work(&requests, &cache, &*precompute);
        match self.precompute.start(Box::new(work)) {
            Ok(()) => Some(sender),
            Err(error) => {
                tracing::warn!(%error, "no thread for sender tables could be started: there will be none");
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
        // A client that spells its header in two ways is two senders with one key.
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
