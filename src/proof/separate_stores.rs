//! Finds default replay stores of one process that record proofs of the same origin: each accepts a proof once.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::replay::ReplayStore;
use crate::uri::Origin;

/// A default store that a guard uses.
struct InUse {
    origin: Origin,
    store: Weak<dyn ReplayStore>,
}

/// Registers a default store. Returns whether it is new, and another one records proofs that it does not know.
pub(super) fn register(origin: &Origin, store: &Arc<dyn ReplayStore>) -> bool {
    static STORES: Mutex<Vec<InUse>> = Mutex::new(Vec::new());
    let mut stores = STORES.lock().unwrap_or_else(PoisonError::into_inner);
    stores.retain(|known| known.store.strong_count() > 0);
    if stores.iter().any(|known| is_same(known, store)) {
        return false;
    }
    let mut stores_in_use = stores.iter();
    let is_separate = stores_in_use.any(|known| known.origin.may_share_paths_with(origin));
    stores.push(InUse {
        origin: origin.clone(),
        store: Arc::downgrade(store),
    });
    is_separate
}

fn is_same(known: &InUse, store: &Arc<dyn ReplayStore>) -> bool {
    std::ptr::addr_eq(known.store.as_ptr(), Arc::as_ptr(store))
}
