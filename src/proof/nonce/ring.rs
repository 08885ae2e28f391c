//! The secrets of a service at one time: the one that issues, those that only verify, and those that were replaced.

use std::iter::once;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use super::secret::NonceSecret;
use super::text::Nonce;
use crate::time::Timestamp;

pub(super) struct Ring {
    pub(super) issuing: NonceSecret,
    verifying: Vec<NonceSecret>,
    /// The latest last.
    replaced: Vec<Replaced>,
}

/// A secret that issued nonces until it was replaced.
struct Replaced {
    secret: NonceSecret,
    /// Since when, in seconds, by the clock of the guard that first noticed.
    since: AtomicI64,
}

impl Ring {
    pub(super) const fn new(issuing: NonceSecret, verifying: Vec<NonceSecret>) -> Self {
        Self {
            issuing,
            verifying,
            replaced: Vec::new(),
        }
    }

    /// Takes new secrets. The one that issued until now still verifies, unless it is among them.
    pub(super) fn replace(&mut self, issuing: NonceSecret, verifying: Vec<NonceSecret>) {
        let old = std::mem::replace(&mut self.issuing, issuing);
        self.verifying = verifying;
        self.replaced.push(Replaced {
            secret: old,
            since: AtomicI64::new(i64::MAX),
        });
        let (issuing, verifying) = (&self.issuing, &self.verifying);
        self.replaced.retain(|replaced| {
            let mut current = once(issuing).chain(verifying);
            !current.any(|secret| secret.is(&replaced.secret))
        });
        let surplus = self.replaced.len().saturating_sub(MAX_REPLACED);
        self.replaced.drain(..surplus);
    }

    /// Whether these are the secrets already, whatever the order of those that only verify.
    pub(super) fn has(&self, issuing: &NonceSecret, verifying: &[NonceSecret]) -> bool {
        let has_each = |these: &[NonceSecret], those: &[NonceSecret]| {
            let mut these = these.iter();
            these.all(|secret| those.iter().any(|other| other.is(secret)))
        };
        self.issuing.is(issuing)
            && has_each(&self.verifying, verifying)
            && has_each(verifying, &self.verifying)
    }

    /// Of the secrets that only verify, and of those that were replaced.
    pub(super) fn verifying_hints(&self) -> [Vec<u8>; 2] {
        let verifying = self.verifying.iter().map(NonceSecret::hint);
        let replaced = self.replaced.iter().map(|replaced| replaced.secret.hint());
        [verifying.collect(), replaced.collect()]
    }

    /// The hints of those that are forgotten.
    pub(super) fn forget_replaced(&mut self) -> Vec<u8> {
        let forgotten = self.replaced.drain(..);
        forgotten.map(|replaced| replaced.secret.hint()).collect()
    }

    /// Whether one of the secrets authenticates the nonce. A replaced one does for `lifetime` after it was replaced;
    /// later, of nonces that have expired anyway, so that these are not taken for forged ones.
    pub(super) fn holds(
        &self,
        nonce: &Nonce,
        origin: &str,
        now: Timestamp,
        lifetime: Duration,
    ) -> bool {
        let mut current = once(&self.issuing).chain(&self.verifying);
        let mut holds = current.any(|secret| nonce.is_of(secret, origin));
        let is_over = now >= nonce.issued_at().saturating_add(lifetime);
        for replaced in &self.replaced {
            // Each notes the time, whichever secret it is.
            let verifies = replaced.verifies(now, lifetime) || is_over;
            holds |= verifies && nonce.is_of(&replaced.secret, origin);
        }
        holds
    }
}

impl Replaced {
    fn verifies(&self, now: Timestamp, lifetime: Duration) -> bool {
        let second = now.as_unix_seconds();
        // A clock that ran ahead and was set back does not prolong it.
        let since = self.since.fetch_min(second, Ordering::Relaxed).min(second);
        let lifetime = i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX);
        second < since.saturating_add(lifetime)
    }
}

/// Of secrets that are replaced faster than their nonces expire, the latest are kept.
const MAX_REPLACED: usize = 8;
