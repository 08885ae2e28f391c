//! The cached results, by the SHA-256 of the token: accepted and refused tokens apart, so that a flood of bad tokens
//! does not displace good ones.

use std::sync::Arc;
use std::time::Duration;

use ahash::RandomState;
use quick_cache::Weighter;
use quick_cache::sync::{Cache, DefaultLifecycle};

use crate::crypto::Digest;
use crate::sync::atomic::{AtomicU64, Ordering};
use crate::time::Timestamp;
use crate::token::access_token::AccessToken;
use crate::token::error::TokenError;

/// What a verifier returned.
pub(super) type Outcome = Result<Arc<AccessToken>, TokenError>;

pub(super) struct Results {
    accepted: Cache<Digest, Kept<Arc<AccessToken>>, Weight, RandomState>,
    refused: Cache<Digest, Kept<TokenError>>,
    /// How often the cache was purged.
    purges: AtomicU64,
}

/// How long results are used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spans {
    pub(super) accepted: Duration,
    pub(super) refused: Duration,
}

#[derive(Clone)]
struct Kept<T> {
    result: T,
    /// When the verification began.
    since: Timestamp,
    until: Timestamp,
}

impl<T> Kept<T> {
    /// Not before `since` either: a clock that was set back must not prolong the span.
    fn current(self, now: Timestamp) -> Option<T> {
        (self.since <= now && now < self.until).then_some(self.result)
    }
}

impl Results {
    pub(super) fn get(&self, digest: &Digest, now: Timestamp) -> Option<Outcome> {
        let accepted = self.accepted.get(digest);
        if let Some(token) = accepted.and_then(|kept| kept.current(now)) {
            return Some(Ok(token));
        }
        let refused = self.refused.get(digest);
        let error = refused.and_then(|kept| kept.current(now))?;
        Some(Err(error))
    }

    /// The state that a result belongs to.
    pub(super) fn purges(&self) -> u64 {
        self.purges.load(Ordering::Acquire)
    }

    /// Keeps the result of a verification that began at `since`, unless the cache was purged after that: the purge may
    /// concern this very token. Must not run concurrently with a purge.
    pub(super) fn keep(
        &self,
        digest: Digest,
        outcome: &Outcome,
        spans: Spans,
        since: Timestamp,
        purges: u64,
    ) {
        if self.purges() != purges {
            return;
        }
        match outcome {
            Ok(token) => {
                let kept = Kept {
                    result: Arc::clone(token),
                    since,
                    until: since.saturating_add(spans.accepted),
                };
                self.accepted.insert(digest, kept);
            }
            Err(error) if is_final(error) => {
                let kept = Kept {
                    result: error.clone(),
                    since,
                    until: since.saturating_add(spans.refused),
                };
                self.refused.insert(digest, kept);
            }
            Err(_) => {}
        }
    }

    pub(super) fn purge(&self) {
        self.purges.fetch_add(1, Ordering::AcqRel);
        self.accepted.clear();
        self.refused.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.accepted.len().saturating_add(self.refused.len())
    }
}

/// Whether the same token would be refused again: not after an outage, and not because of the time.
const fn is_final(error: &TokenError) -> bool {
    !matches!(
        error,
        TokenError::IssuedInFuture { .. }
            | TokenError::NotYetValid { .. }
            | TokenError::Unavailable(_)
    )
}

impl Default for Results {
    fn default() -> Self {
        Self {
            accepted: Cache::with(
                EXPECTED_ENTRIES,
                MAX_CACHE_BYTES,
                Weight,
                RandomState::new(),
                DefaultLifecycle::default(),
            ),
            refused: Cache::new(MAX_REFUSED),
            purges: AtomicU64::new(0),
        }
    }
}

/// In bytes, approximately.
#[derive(Clone)]
struct Weight;

impl Weighter<Digest, Kept<Arc<AccessToken>>> for Weight {
    fn weight(&self, _: &Digest, kept: &Kept<Arc<AccessToken>>) -> u64 {
        let weight = kept.result.claims().weight().saturating_add(ENTRY_BYTES);
        u64::try_from(weight).unwrap_or(u64::MAX)
    }
}

const ENTRY_BYTES: usize = 512;
/// The initial capacity of the tables; they grow.
const EXPECTED_ENTRIES: usize = 1024;
const MAX_CACHE_BYTES: u64 = 64 * 1024 * 1024;
/// Up to 24 MiB with the longest texts.
const MAX_REFUSED: usize = 16_384;
