//! Scripted tables, and builds that signal when they begin and end.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, Weak};
use std::thread;
use std::time::Duration;

use super::super::builder::{BuildTables, Precompute};
use super::super::cache::{TableCache, Verifies};
use super::super::verifier::Tables;
use super::senders::Client;
use crate::crypto::PreparedKey;

/// A table that returns what the test scripts.
pub(super) struct Scripted<A> {
    pub(super) answer: A,
    pub(super) bytes: usize,
}

impl<A: Fn(&[u8]) -> bool + Send + Sync + 'static> Scripted<A> {
    /// A small table that answers by the message.
    pub(super) fn table(answer: A) -> Option<Arc<dyn Verifies>> {
        Some(Arc::new(Self { answer, bytes: 1 }))
    }
}

/// Gives this answer for every signature.
pub(super) fn always(verdict: bool) -> Option<Arc<dyn Verifies>> {
    Scripted::table(move |_: &[u8]| verdict)
}

impl<A: Fn(&[u8]) -> bool + Send + Sync> Verifies for Scripted<A> {
    fn verifies(&self, message: &[u8], _signature: &[u8]) -> bool {
        (self.answer)(message)
    }

    fn bytes(&self) -> usize {
        self.bytes
    }
}

type Build = dyn Fn(&PreparedKey) -> Option<Arc<dyn Verifies>> + Send + Sync;

/// Builds that the test observes.
pub(super) struct Watched {
    build: Box<Build>,
    count: AtomicUsize,
    began: Sender<()>,
    /// Each build waits for one permit, if guarded.
    permits: Option<Mutex<Receiver<()>>>,
    ended: Sender<()>,
}

/// The test's side: observes builds and grants permits.
pub(super) struct Watch {
    pub(super) tables: Tables,
    cache: Weak<TableCache>,
    pub(super) builds: Arc<Watched>,
    pub(super) began: Receiver<()>,
    pub(super) permits: Sender<()>,
    pub(super) ended: Receiver<()>,
}

impl Watched {
    /// Tables made by `build`, after three proofs, with a limit of a thousand small ones.
    pub(super) fn tables(
        build: impl Fn(&PreparedKey) -> Option<Arc<dyn Verifies>> + Send + Sync + 'static,
    ) -> Watch {
        Self::watched(Box::new(build), false)
    }

    /// The same, each build waiting for a permit.
    pub(super) fn guarded_tables(
        build: impl Fn(&PreparedKey) -> Option<Arc<dyn Verifies>> + Send + Sync + 'static,
    ) -> Watch {
        Self::watched(Box::new(build), true)
    }

    fn watched(build: Box<Build>, is_guarded: bool) -> Watch {
        let (began, see_begin) = channel();
        let (permits, wait_for_permits) = channel();
        let (ended, see_end) = channel();
        let builds = Arc::new(Self {
            build,
            count: AtomicUsize::new(0),
            began,
            permits: is_guarded.then_some(Mutex::new(wait_for_permits)),
            ended,
        });
        let cache = Arc::new(TableCache::new(BUDGET));
        Watch {
            cache: Arc::downgrade(&cache),
            tables: Tables::built_by(Arc::<Self>::clone(&builds), cache, AFTER),
            builds,
            began: see_begin,
            permits,
            ended: see_end,
        }
    }

    /// How many builds have begun.
    pub(super) fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }
}

impl BuildTables for Watched {
    fn build(&self, key: &PreparedKey) -> Option<Arc<dyn Verifies>> {
        self.count.fetch_add(1, Ordering::SeqCst);
        // The test may have dropped the receiver.
        let _ = self.began.send(());
        if let Some(permits) = &self.permits {
            let _ = permits.lock().expect("one builder").recv();
        }
        (self.build)(key)
    }

    fn start(&self, work: Box<dyn FnOnce() + Send>) -> io::Result<()> {
        let ended = self.ended.clone();
        Precompute.start(Box::new(move || {
            work();
            let _ = ended.send(());
        }))
    }
}

impl Watch {
    /// Waits until the cache counts this many tables, which happens shortly after they are inserted.
    #[track_caller]
    pub(super) fn holds(&self, count: usize) {
        until(|| self.tables.held().0 == count);
    }

    /// Accepts enough proofs of the client to make a table due, and waits for it.
    #[track_caller]
    pub(super) fn build_for(&self, client: &Client) {
        make_due(&self.tables, client);
        until(|| self.has(client));
    }

    pub(super) fn has(&self, client: &Client) -> bool {
        let cache = self.cache.upgrade();
        cache.is_some_and(|cache| cache.has(&client.sender.thumbprint))
    }
}

/// Accepts enough proofs of the client to make a table due.
pub(super) fn make_due(tables: &Tables, client: &Client) {
    for _ in 0..AFTER {
        tables.accepted(&client.sender);
    }
}

/// Waits for a condition that another thread fulfils.
#[track_caller]
pub(super) fn until(condition: impl Fn() -> bool) {
    for _ in 0..20_000_000 {
        if condition() {
            return;
        }
        thread::yield_now();
    }
    panic!("timed out");
}

/// Waits for a signal from another thread.
#[track_caller]
pub(super) fn heard(from: &Receiver<()>) {
    let heard = from.recv_timeout(Duration::from_secs(60));
    heard.expect("timed out");
}

pub(super) const AFTER: usize = 3;
pub(super) const BUDGET: usize = 1000 * 300;
