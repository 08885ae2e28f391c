//! The answers of the rule: tenants whose keys verified a signature, allowed issuers whose keys did not yet, and
//! refused ones, apart, so that names that anyone can write displace no tenant.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use quick_cache::sync::Cache;

use super::flight::Flights;
use super::table::Table;
use super::tenant::Tenant;
use crate::crypto::Digest;
use crate::time::Timestamp;
use crate::token::jwt::issuer::Issuer;

pub(super) struct Registry {
    pub(super) flights: Flights,
    tables: RwLock<Tables>,
    /// From when to when an issuer is refused, by the SHA-256 of its name: names have any length.
    refused: Cache<Digest, (Timestamp, Timestamp)>,
    purges: AtomicU64,
    uses: Arc<AtomicU64>,
}

struct Tables {
    proven: Table,
    unproven: Table,
}

/// What is known of an issuer.
pub(super) enum Entry {
    Allowed(Arc<Tenant>),
    Refused,
    Unknown,
}

impl Registry {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            flights: Flights::default(),
            tables: RwLock::new(Tables {
                proven: Table::new(capacity),
                unproven: Table::new(MAX_UNPROVEN),
            }),
            refused: Cache::new(MAX_REFUSED),
            purges: AtomicU64::new(0),
            uses: Arc::default(),
        }
    }

    pub(super) fn get(&self, name: &str, now: Timestamp) -> Entry {
        if let Some(tenant) = self.last(name).filter(|tenant| tenant.is_fresh(now)) {
            tenant.touch();
            return Entry::Allowed(tenant);
        }
        let refused = self.refused.get(&Digest::sha256(name.as_bytes()));
        match refused {
            Some((since, until)) if since <= now && now < until => Entry::Refused,
            _ => Entry::Unknown,
        }
    }

    /// The last answer about this issuer, however old.
    pub(super) fn last(&self, name: &str) -> Option<Arc<Tenant>> {
        let tables = self.read();
        let tenant = tables.proven.get(name);
        tenant.or_else(|| tables.unproven.get(name)).map(Arc::clone)
    }

    /// The state that an answer belongs to.
    pub(super) fn purges(&self) -> u64 {
        self.purges.load(Ordering::Acquire)
    }

    /// Keeps an allowed issuer, unless a tenant was purged since the rule was called: it may be this one.
    pub(super) fn allow(
        &self,
        issuer: Issuer,
        span: (Timestamp, Timestamp),
        purges: u64,
    ) -> Arc<Tenant> {
        let tenant = Arc::new(Tenant::new(issuer, span, purges, &self.uses));
        let mut tables = self.write();
        if self.purges() != purges {
            return tenant;
        }
        if tables.proven.get(tenant.name()).is_some() {
            tables.prove(Arc::clone(&tenant));
        } else {
            tables.unproven.insert(Arc::clone(&tenant));
        }
        tenant
    }

    pub(super) fn refuse(&self, name: &str, span: (Timestamp, Timestamp), purges: u64) {
        let mut tables = self.write();
        tables.remove(name);
        if self.purges() == purges {
            self.refused.insert(Digest::sha256(name.as_bytes()), span);
        }
    }

    /// A signature was verified with the tenant's keys: it takes its place among those that a flood of names cannot
    /// displace.
    pub(super) fn prove(&self, tenant: &Arc<Tenant>) {
        let mut tables = self.write();
        if self.purges() == tenant.purges {
            tables.prove(Arc::clone(tenant));
        }
    }

    pub(super) fn purge(&self, name: &str) {
        let mut tables = self.write();
        self.purges.fetch_add(1, Ordering::AcqRel);
        tables.remove(name);
        self.flights.forget(name);
        self.refused.remove(&Digest::sha256(name.as_bytes()));
    }

    fn read(&self) -> RwLockReadGuard<'_, Tables> {
        self.tables.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Tables> {
        self.tables.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tables {
    fn prove(&mut self, tenant: Arc<Tenant>) {
        self.unproven.remove(tenant.name());
        // Its keys may have taken long: it is not the least recently used one.
        tenant.touch();
        let displaced = self.proven.insert(Arc::clone(&tenant));
        if let Some(displaced) = displaced {
            displaced.set_proven(false);
        }
        // Last: it may have replaced itself.
        tenant.set_proven(true);
    }

    fn remove(&mut self, name: &str) {
        self.unproven.remove(name);
        if let Some(tenant) = self.proven.remove(name) {
            tenant.set_proven(false);
        }
    }
}

/// Shows numbers, no names: they are the operator's customers.
impl fmt::Debug for Registry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tables = self.read();
        formatter
            .debug_struct("Registry")
            .field("proven", &tables.proven.len())
            .field("unproven", &tables.unproven.len())
            .field("refused", &self.refused.len())
            .finish_non_exhaustive()
    }
}

/// Allowed issuers that wait for their first valid token. Fewer would not cover all that are fetched at a time.
const MAX_UNPROVEN: usize = 256;
const MAX_REFUSED: usize = 4096;
