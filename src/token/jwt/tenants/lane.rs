//! Limits the work for issuers that are not resolved: so much at a time, and so many requests that wait for it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::unavailable::Unavailable;

#[derive(Debug)]
pub(super) struct Lane {
    slots: Arc<Semaphore>,
    waiters: Arc<Semaphore>,
}

/// Released when dropped.
#[derive(Debug)]
pub(in crate::token::jwt) struct Place {
    _slot: OwnedSemaphorePermit,
    _waiter: OwnedSemaphorePermit,
}

impl Lane {
    pub(super) fn new(slots: usize, waiters: usize) -> Self {
        Self {
            slots: Arc::new(Semaphore::new(slots)),
            waiters: Arc::new(Semaphore::new(waiters)),
        }
    }

    pub(super) async fn enter(&self, limit: Duration) -> Result<Place, Unavailable> {
        let waiter = Arc::clone(&self.waiters).try_acquire_owned();
        let waiter = waiter.map_err(|_| {
            Unavailable::issuer_resolver(
                "the limit of requests that wait for it is reached; configure with \
                 `TenantIssuers::waiting_requests`",
            )
        })?;
        let slot = timeout(limit, Arc::clone(&self.slots).acquire_owned()).await;
        let slot = slot.ok().and_then(Result::ok).ok_or_else(|| {
            Unavailable::issuer_resolver(format!(
                "other issuers took all of {limit:?}; configure with `TenantIssuers::concurrent_calls` and \
                 `TenantIssuers::timeout`"
            ))
        })?;
        Ok(Place {
            _slot: slot,
            _waiter: waiter,
        })
    }
}
