//! Verified tokens by the SHA-256 of their text, bounded in bytes. Losing an entry costs a verification.
//!
//! What is kept is that a signature held; time and key are asked again on every hit, and binding, proof
//! and replay are never kept.

use std::fmt;
use std::sync::Arc;

use moka::sync::Cache;

use super::verifier::AccessToken;
use crate::crypto::Digest;
use crate::keys::VerificationKey;

/// A token, and the key that verified it.
#[derive(Clone, Debug)]
pub(super) struct VerifiedToken {
    pub(super) token: Arc<AccessToken>,
    pub(super) key: Arc<VerificationKey>,
    /// Which issuer's rules it met: the place in the verifier's list.
    pub(super) issuer: usize,
}

#[derive(Clone)]
pub(super) struct TokenCache(Cache<Digest, VerifiedToken>);

/// Says nothing of whose tokens are in it.
impl fmt::Debug for TokenCache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "TokenCache({} entries)", self.0.entry_count())
    }
}

impl TokenCache {
    pub(super) fn get(&self, digest: &Digest) -> Option<VerifiedToken> {
        self.0.get(digest)
    }

    pub(super) fn insert(&self, digest: Digest, verified: VerifiedToken) {
        self.0.insert(digest, verified);
    }

    pub(super) fn remove(&self, digest: &Digest) {
        self.0.invalidate(digest);
    }
}

impl Default for TokenCache {
    fn default() -> Self {
        let weigh = |_: &Digest, verified: &VerifiedToken| {
            let weight = verified.token.claims().weight().saturating_add(ENTRY_BYTES);
            u32::try_from(weight).unwrap_or(u32::MAX)
        };
        Self(
            Cache::builder()
                .weigher(weigh)
                .max_capacity(MAX_CACHE_BYTES)
                .build(),
        )
    }
}

const ENTRY_BYTES: usize = 512;
const MAX_CACHE_BYTES: u64 = 64 * 1024 * 1024;
