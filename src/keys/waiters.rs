//! How many requests wait for a fetch at the same time.

use std::time::Duration;

use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::unavailable::Unavailable;

#[derive(Debug, Default)]
pub(super) struct Waiters(AtomicUsize);

impl Waiters {
    /// Reserves a place, unless `limit` places are taken; then the result of the requests that wait is known after
    /// `wait`.
    pub(super) fn enter(&self, limit: usize, wait: Duration) -> Result<Place<'_>, Unavailable> {
        let one_more = |taken: usize| (taken < limit).then_some(taken.saturating_add(1));
        match self
            .0
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, one_more)
        {
            Ok(_) => Ok(Place(self)),
            Err(_) => Err(Unavailable::issuer_keys(
                "the limit of requests that wait for the keys is reached",
            )
            .with_retry_after(wait)),
        }
    }
}

/// Released when dropped, even if the client disconnects.
#[derive(Debug)]
pub(super) struct Place<'a>(&'a Waiters);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// For requests that need the fetch: their token is young, or there is no set.
pub(super) const MAX_WAITERS: usize = 1024;
/// For all other requests, so that old or forged tokens do not take the places of young ones.
pub(super) const MAX_OTHER_WAITERS: usize = MAX_WAITERS / 2;
