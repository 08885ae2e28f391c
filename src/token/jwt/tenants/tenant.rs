//! One issuer that the rule allowed, for as long as the answer is used.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::future::MaybeReady;
use crate::keys::{KeyHint, KeySource, VerificationKey};
use crate::time::Timestamp;
use crate::token::jwt::issuer::Issuer;
use crate::unavailable::Unavailable;

/// An issuer by the answer of the rule. As a source of keys it ends with that answer: cached tokens of a tenant that is
/// purged, displaced or no longer allowed are verified again. Only these are re-checked with it: keys are searched among
/// those of the issuer.
#[derive(Debug)]
pub(in crate::token::jwt) struct Tenant {
    issuer: Issuer,
    since: Timestamp,
    until: Timestamp,
    /// How often tenants were purged when the rule was called.
    pub(super) purges: u64,
    /// Whether a signature was verified with its keys, and the registry has it.
    is_proven: AtomicBool,
    uses: Arc<AtomicU64>,
    last_use: AtomicU64,
}

impl Tenant {
    pub(super) fn new(
        issuer: Issuer,
        (since, until): (Timestamp, Timestamp),
        purges: u64,
        uses: &Arc<AtomicU64>,
    ) -> Self {
        let tenant = Self {
            issuer,
            since,
            until,
            purges,
            is_proven: AtomicBool::new(false),
            uses: Arc::clone(uses),
            last_use: AtomicU64::new(0),
        };
        tenant.touch();
        tenant
    }

    pub(in crate::token::jwt) const fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    pub(super) fn name(&self) -> &str {
        self.issuer.name()
    }

    /// Not before `since` either: a clock that was set back must not prolong the answer.
    pub(super) fn is_fresh(&self, now: Timestamp) -> bool {
        self.since <= now && now < self.until
    }

    pub(in crate::token::jwt) fn is_proven(&self) -> bool {
        self.is_proven.load(Ordering::Acquire)
    }

    pub(super) fn set_proven(&self, is_proven: bool) {
        self.is_proven.store(is_proven, Ordering::Release);
    }

    pub(super) fn touch(&self) {
        let use_number = self.uses.fetch_add(1, Ordering::Relaxed);
        self.last_use.store(use_number, Ordering::Relaxed);
    }

    pub(super) fn last_use(&self) -> u64 {
        self.last_use.load(Ordering::Relaxed)
    }
}

impl KeySource for Tenant {
    fn find<'a>(
        &'a self,
        hint: &'a KeyHint<'a>,
        now: Timestamp,
    ) -> MaybeReady<'a, Result<Vec<Arc<VerificationKey>>, Unavailable>> {
        self.issuer.keys.find(hint, now)
    }

    fn is_current(&self, key: &VerificationKey, now: Timestamp) -> bool {
        self.touch();
        self.is_proven() && self.is_fresh(now) && self.issuer.keys.is_current(key, now)
    }
}
