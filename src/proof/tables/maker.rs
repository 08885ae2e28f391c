//! The thread that builds tables, so that no request waits for one.

use std::fmt;
use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, OnceLock, Weak};
use std::thread;

use super::shelf::{Shelf, Verifies};
use crate::crypto::{PreparedKey, Table};
use crate::proof::sender::Sender;

/// Where tables are made; tests have workshops of their own.
pub(super) trait Workshop: Send + Sync + 'static {
    /// `None` for a key that can have no table.
    fn build(&self, key: &PreparedKey) -> Option<Arc<dyn Verifies>>;

    /// Runs the work beside the requests.
    fn start(&self, work: Box<dyn FnOnce() + Send>) -> io::Result<()> {
        let thread = thread::Builder::new().name(THREAD.to_owned());
        thread.spawn(work).map(drop)
    }
}

/// The workshop of every build but a test's.
pub(super) struct Craft;

impl Workshop for Craft {
    fn build(&self, key: &PreparedKey) -> Option<Arc<dyn Verifies>> {
        let table = Table::build(&key.point()?)?;
        Some(Arc::new(table))
    }
}

/// Takes orders for tables. The thread starts with the first and ends when the maker is gone.
pub(super) struct Maker {
    shelf: Arc<Shelf>,
    workshop: Arc<dyn Workshop>,
    /// `None` inside: there is no thread.
    orders: OnceLock<Option<SyncSender<Arc<Sender>>>>,
}

impl Maker {
    /// Puts what it makes on the shelf.
    pub(super) fn new(shelf: Arc<Shelf>, workshop: Arc<dyn Workshop>) -> Self {
        Self {
            shelf,
            workshop,
            orders: OnceLock::new(),
        }
    }

    /// Does not wait: with too many orders open this one is dropped, and the sender is due again later.
    pub(super) fn order(&self, sender: &Arc<Sender>) {
        if let Some(orders) = self.orders.get_or_init(|| self.start()) {
            let _ = orders.try_send(Arc::clone(sender));
        }
    }

    fn start(&self) -> Option<SyncSender<Arc<Sender>>> {
        let (sender, orders) = sync_channel(OPEN_ORDERS);
        // Weak: work for nobody is not worth finishing.
        let shelf = Arc::downgrade(&self.shelf);
        let workshop = Arc::clone(&self.workshop);
        let work = move || work(&orders, &shelf, &*workshop);
        match self.workshop.start(Box::new(work)) {
            Ok(()) => Some(sender),
            Err(error) => {
                tracing::warn!(%error, "no thread for sender tables could be started: there will be none");
                None
            }
        }
    }
}

impl fmt::Debug for Maker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_started = self.orders.get().is_some();
        write!(formatter, "Maker(started: {is_started})")
    }
}

fn work(orders: &Receiver<Arc<Sender>>, shelf: &Weak<Shelf>, workshop: &dyn Workshop) {
    for sender in orders {
        let Some(shelf) = shelf.upgrade().filter(|shelf| !shelf.is_abandoned()) else {
            return;
        };
        // A client that spells its header in two ways is two senders with one key.
        if shelf.has(&sender.thumbprint) {
            continue;
        }
        match workshop.build(&sender.key) {
            Some(table) => shelf.put(sender.thumbprint, table),
            None => sender.tally.close(),
        }
    }
}

const THREAD: &str = "sender-tables";
/// How many senders may wait for their table.
pub(super) const OPEN_ORDERS: usize = 256;
