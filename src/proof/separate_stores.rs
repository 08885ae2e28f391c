//! Finds default replay stores of one process that record proofs of the same origin: each accepts a proof once.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::replay::ReplayStore;
use crate::uri::Origin;

/// A default store that a guard uses.
struct InUse {
    origin: Origin,
    store: Weak<dyn ReplayStore>,
}

/// Registers a default store. Returns whether another one records proofs that this one does not know.
pub(super) fn register(origin: &Origin, store: &Arc<dyn ReplayStore>) -> bool {
    static STORES: Mutex<Vec<InUse>> = Mutex::new(Vec::new());
    let mut stores = STORES.lock().unwrap_or_else(PoisonError::into_inner);
    stores.retain(|known| known.store.strong_count() > 0);
    let mut of_origin = stores
        .iter()
        .filter(|known| known.origin.may_share_paths_with(origin));
    let is_separate = of_origin.any(|known| !is_same(known, store));
    if !stores.iter().any(|known| is_same(known, store)) {
        stores.push(InUse {
            origin: origin.clone(),
            store: Arc::downgrade(store),
        });
    }
    is_separate
}

fn is_same(known: &InUse, store: &Arc<dyn ReplayStore>) -> bool {
    std::ptr::addr_eq(known.store.as_ptr(), Arc::as_ptr(store))
}
