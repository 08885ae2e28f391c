//! Events about guards that are built in a way that weakens them.

use super::log::TARGET;

/// Writes that guards of one process have separate replay stores for an origin. Once for each guard that is built.
pub(crate) fn report_separate_stores(origin: &str) {
    tracing::warn!(target: TARGET, origin,
        "another guard of this process has a replay store of its own for this origin, so each of them accepts a copied \
         proof once: clone one guard, derive the other with `Guard::to_builder`, or share a store with \
         `Dpop::replay_store`"
    );
}
