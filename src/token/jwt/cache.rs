//! Verified tokens by the SHA-256 of their text, bounded in bytes. Losing an entry costs a verification.
//!
//! What is kept is that a signature held; time and key are asked again on every hit, and binding, proof
//! and replay are never kept.

use std::fmt;
use std::sync::Arc;

use ahash::RandomState;
use quick_cache::Weighter;
use quick_cache::sync::{Cache, DefaultLifecycle};

use crate::crypto::Digest;
use crate::keys::{KeySource, VerificationKey};
use crate::token::verifier::AccessToken;

/// A token, and the key that verified it.
#[derive(Debug)]
pub(super) struct VerifiedToken {
    pub(super) token: Arc<AccessToken>,
    pub(super) key: Arc<VerificationKey>,
    /// The keys of its issuer.
    pub(super) keys: Arc<dyn KeySource>,
}

#[derive(Clone)]
pub(super) struct TokenCache(Arc<Cache<Digest, Arc<VerifiedToken>, Weight, RandomState>>);

/// Says nothing of whose tokens are in it.
impl fmt::Debug for TokenCache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "TokenCache({} entries)", self.0.len())
    }
}

impl TokenCache {
    pub(super) fn get(&self, digest: &Digest) -> Option<Arc<VerifiedToken>> {
        self.0.get(digest)
    }

    pub(super) fn insert(&self, digest: Digest, verified: VerifiedToken) {
        self.0.insert(digest, Arc::new(verified));
    }

    pub(super) fn remove(&self, digest: &Digest) {
        self.0.remove(digest);
    }
}

impl Default for TokenCache {
    fn default() -> Self {
        Self(Arc::new(Cache::with(
            EXPECTED_ENTRIES,
            MAX_CACHE_BYTES,
            Weight,
            RandomState::new(),
            DefaultLifecycle::default(),
        )))
    }
}

/// Bytes, roughly.
#[derive(Clone)]
struct Weight;

impl Weighter<Digest, Arc<VerifiedToken>> for Weight {
    fn weight(&self, _: &Digest, verified: &Arc<VerifiedToken>) -> u64 {
        let weight = verified.token.claims().weight().saturating_add(ENTRY_BYTES);
        u64::try_from(weight).unwrap_or(u64::MAX)
    }
}

const ENTRY_BYTES: usize = 512;
/// What tables are made for; they grow.
const EXPECTED_ENTRIES: usize = 1024;
const MAX_CACHE_BYTES: u64 = 64 * 1024 * 1024;
