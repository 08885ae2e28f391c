//! A bounded table of tenants, from which the least recently used one is removed.

use std::collections::HashMap;
use std::sync::Arc;

use ahash::RandomState;

use super::tenant::Tenant;

/// Removal searches the whole table, which is rare: it follows a fetch of keys.
#[derive(Debug)]
pub(super) struct Table {
    tenants: HashMap<Box<str>, Arc<Tenant>, RandomState>,
    capacity: usize,
}

impl Table {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            tenants: HashMap::default(),
            capacity,
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Arc<Tenant>> {
        self.tenants.get(name)
    }

    pub(super) fn remove(&mut self, name: &str) -> Option<Arc<Tenant>> {
        self.tenants.remove(name)
    }

    /// Returns the tenant that it takes the place of: of the same name, or the least recently used one.
    pub(super) fn insert(&mut self, tenant: Arc<Tenant>) -> Option<Arc<Tenant>> {
        let replaced = self.tenants.insert(tenant.name().into(), tenant);
        if replaced.is_some() || self.tenants.len() <= self.capacity {
            return replaced;
        }
        let oldest = self.tenants.values().min_by_key(|tenant| tenant.last_use());
        let oldest: Box<str> = oldest?.name().into();
        self.tenants.remove(&oldest)
    }

    pub(super) fn len(&self) -> usize {
        self.tenants.len()
    }
}
