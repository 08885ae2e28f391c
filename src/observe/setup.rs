//! Events about guards that are built in a way that weakens them.

use std::sync::Arc;
use std::time::Duration;

use super::log::TARGET;
use crate::exceptions::Exempted;
use crate::time::Timestamp;
use crate::uri::NormalizedUri;

/// Writes that guards of one process have separate replay stores for an origin. Once for each guard that is built.
pub(crate) fn report_separate_stores(origin: &str) {
    tracing::warn!(target: TARGET, origin,
        "another guard of this process has a replay store of its own for this origin, so each of them accepts a copied \
         proof once: clone one guard, derive the other with `Guard::to_builder`, or share a store with \
         `Dpop::replay_store`"
    );
}

/// Writes that the guard's timeout ends before that of its replay store. Once for each guard that is built.
pub(crate) fn report_timeouts(store: Duration, guard: Duration) {
    tracing::warn!(target: TARGET, ?store, ?guard,
        "`FilteredStore::timeout` is not shorter than `Dpop::replay_timeout`: while the shared store is slow, requests are \
         refused with 503 before the filter can decide"
    );
}

/// Writes that a guard accepts a proof more than once. Once for each guard that is built.
pub(crate) fn report_no_replay_check() {
    tracing::warn!(target: TARGET,
        "this guard makes no replay check, by `Dpop::replay_checked_by_gateway_only`: whoever reaches this service \
         without its gateway can replay a copied request"
    );
}

/// Writes that a guard by FAPI 2.0 does not see revocations. Once for each guard that is built.
pub(crate) fn report_no_revocation_status() {
    tracing::warn!(target: TARGET,
        "this guard accepts revoked tokens until they expire, but `Guard::fapi2` requires their revocation status (FAPI 2.0 \
         section 5.3.4): add a deny-list or status lists with `GuardBuilder::revocation`, or introspect the tokens"
    );
}

/// Writes that the metadata of a guard leads clients to an origin that it refuses. Once for each resource of each guard that is built.
pub(crate) fn report_resource_elsewhere(resource: &NormalizedUri) {
    tracing::warn!(target: TARGET, %resource,
        "the metadata of this guard describes a resource of an origin that `Dpop` does not have: proofs of clients that \
         follow it are refused; configure the origin with `Dpop::also_origin`, or change the identifier of the resource"
    );
}

/// Writes that clients would not recognize the identifier of a resource. Once for each resource of each guard that is built.
pub(crate) fn report_resource_spelling(resource: &str, usual: &str) {
    tracing::warn!(target: TARGET, resource, write = usual,
        "the identifier of the protected resource is not spelled as URL parsers spell it, and clients that compare it with \
         the URL of their request refuse the metadata; write it as `write` has it"
    );
}

/// Writes which clients are exempted, and for how long. Once for each guard that is built.
pub(crate) fn report_exceptions(all: &[Arc<Exempted>], now: Timestamp) {
    for exempted in all {
        let exception = &exempted.exception;
        tracing::info!(target: TARGET,
            issuer = exception.issuer(), client_id = exception.client_id(), owner = exception.owner(),
            cause = exception.reason(), days_left = exception.days_left(now),
            "unbound tokens of this client are accepted by an exception"
        );
    }
}
