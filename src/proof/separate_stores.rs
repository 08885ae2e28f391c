//! Finds default replay stores of one process that record proofs of the same origin: each accepts a proof once.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::replay::ReplayStore;
use crate::uri::{Origin, Origins};

/// A default store that a guard uses.
struct InUse {
    origins: Origins,
    store: Weak<dyn ReplayStore>,
}

/// Registers a default store for these origins. Returns one that is new to it, and for which another one records proofs
/// that it does not know.
pub(super) fn register<'a>(
    origins: &'a Origins,
    store: &Arc<dyn ReplayStore>,
) -> Option<&'a Origin> {
    static STORES: Mutex<Vec<InUse>> = Mutex::new(Vec::new());
    let mut stores = STORES.lock().unwrap_or_else(PoisonError::into_inner);
    stores.retain(|known| known.store.strong_count() > 0);
    let records = |origin: &Origin, is_this_one: bool| {
        stores
            .iter()
            .filter(|known| is_same(known, store) == is_this_one)
            .flat_map(|known| known.origins.iter())
            .any(|known| known.may_share_paths_with(origin))
    };
    let new = || origins.iter().filter(|origin| !records(origin, true));
    let (is_new, shared) = (
        new().next().is_some(),
        new().find(|origin| records(origin, false)),
    );
    // Once for each store and origin, however many guards are built of them.
    if is_new {
        stores.push(InUse {
            origins: origins.clone(),
            store: Arc::downgrade(store),
        });
    }
    shared
}

fn is_same(known: &InUse, store: &Arc<dyn ReplayStore>) -> bool {
    std::ptr::addr_eq(known.store.as_ptr(), Arc::as_ptr(store))
}
