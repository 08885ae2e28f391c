//! Exceptions by issuer and client, as a request looks them up.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::exception::Exception;
use crate::time::Timestamp;

/// A list of exceptions that a guard uses.
pub(crate) trait FindException: fmt::Debug + Send + Sync + 'static {
    /// The exception of this client, unless it has ended.
    fn find(&self, issuer: &str, client_id: &str, now: Timestamp) -> Option<Arc<Exempted>>;

    /// The exceptions that have not ended.
    fn active(&self, now: Timestamp) -> Vec<Arc<Exempted>>;
}

/// An exception in effect.
#[derive(Debug)]
pub(crate) struct Exempted {
    pub(crate) exception: Exception,
    /// The day since 1970 on which its use was reported last.
    reported: AtomicI64,
}

impl Exempted {
    /// Whether this is its first use on this day: each list reports an exception once a day.
    pub(crate) fn is_first_today(&self, now: Timestamp) -> bool {
        let day = now.as_unix_seconds().div_euclid(SECONDS_PER_DAY);
        self.reported.swap(day, Ordering::Relaxed) != day
    }

    fn reported_on(&self) -> i64 {
        self.reported.load(Ordering::Relaxed)
    }
}

/// By issuer and client: a look-up needs no allocation.
#[derive(Debug, Default)]
pub(super) struct ExceptionSet(HashMap<Box<str>, HashMap<Box<str>, Arc<Exempted>>>);

impl ExceptionSet {
    pub(super) fn find(
        &self,
        issuer: &str,
        client_id: &str,
        now: Timestamp,
    ) -> Option<Arc<Exempted>> {
        let found = self.0.get(issuer)?.get(client_id)?;
        found.exception.is_active(now).then(|| Arc::clone(found))
    }

    pub(super) fn active(&self, now: Timestamp) -> Vec<Arc<Exempted>> {
        let all = self.0.values().flat_map(HashMap::values);
        let active = all.filter(|each| each.exception.is_active(now));
        active.map(Arc::clone).collect()
    }

    pub(super) fn contains(&self, exception: &Exception) -> bool {
        let clients = self.0.get(exception.issuer());
        clients.is_some_and(|clients| clients.contains_key(exception.client_id()))
    }

    pub(super) fn insert(&mut self, exception: Exception) {
        let clients = self.0.entry(exception.issuer().into()).or_default();
        let replaced = clients.get(exception.client_id());
        let held = Exempted {
            reported: AtomicI64::new(replaced.map_or(NEVER, |each| each.reported_on())),
            exception,
        };
        clients.insert(held.exception.client_id().into(), Arc::new(held));
    }

    /// Takes over which exceptions were reported today, by issuer and client.
    #[cfg(feature = "config-files")]
    pub(super) fn continue_reports_of(&self, before: &Self) {
        for each in self.0.values().flat_map(HashMap::values) {
            let clients = before.0.get(each.exception.issuer());
            let same = clients.and_then(|clients| clients.get(each.exception.client_id()));
            if let Some(same) = same {
                each.reported.store(same.reported_on(), Ordering::Relaxed);
            }
        }
    }

    pub(super) fn remove(&mut self, issuer: &str, client_id: &str) -> bool {
        let clients = self.0.get_mut(issuer);
        clients.is_some_and(|clients| clients.remove(client_id).is_some())
    }

    pub(super) fn drop_ended(&mut self, now: Timestamp) {
        for clients in self.0.values_mut() {
            clients.retain(|_, each| each.exception.is_active(now));
        }
        self.0.retain(|_, clients| !clients.is_empty());
    }

    pub(super) fn len(&self) -> usize {
        self.0.values().map(HashMap::len).sum()
    }
}

pub(super) const MAX_EXCEPTIONS: usize = 1000;
const SECONDS_PER_DAY: i64 = 24 * 60 * 60;
const NEVER: i64 = i64::MIN;
