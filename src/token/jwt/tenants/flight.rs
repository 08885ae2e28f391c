//! One call of the rule for each issuer at a time. It ends with the last request that waits for it.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use ahash::RandomState;
use tokio::sync::OnceCell;

use super::tenant::Tenant;
use crate::sync::{Mutex, MutexGuard};
use crate::unavailable::Unavailable;

/// The answer of the rule, `None` for an issuer that is not allowed.
pub(in crate::token::jwt) type Resolved = Result<Option<Arc<Tenant>>, Unavailable>;

type Cell = Arc<OnceCell<Resolved>>;

#[derive(Debug, Default)]
pub(super) struct Flights(Mutex<HashMap<Box<str>, Cell, RandomState>>);

/// A request that waits for a call.
pub(super) struct Flight<'a> {
    flights: &'a Flights,
    name: &'a str,
    cell: Cell,
}

impl Flights {
    pub(super) fn join<'a>(&'a self, name: &'a str) -> Flight<'a> {
        let cell = Arc::clone(self.lock().entry(name.into()).or_default());
        Flight {
            flights: self,
            name,
            cell,
        }
    }

    /// Requests that come later do not join the call in progress.
    pub(super) fn forget(&self, name: &str) {
        self.lock().remove(name);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Box<str>, Cell, RandomState>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Flight<'_> {
    /// The answer to the request that calls; if its client disconnects, another one calls.
    pub(super) async fn answer(&self, call: impl Future<Output = Resolved>) -> Resolved {
        self.cell.get_or_init(|| call).await.clone()
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        let mut flights = self.flights.lock();
        let is_own = |cell: &Cell| Arc::ptr_eq(cell, &self.cell);
        // One is that of the map, the other this one.
        if flights.get(self.name).is_some_and(is_own) && Arc::strong_count(&self.cell) <= 2 {
            flights.remove(self.name);
        }
    }
}
