//! The cache of verified tokens, by the SHA-256 of the token, limited in bytes. A lost entry costs one verification.
//!
//! Only the result of the signature verification is cached. Expiry and key are re-checked on every hit; binding, proof
//! and replay checks are never cached.

use std::fmt;
use std::sync::Arc;

use ahash::RandomState;
use quick_cache::Weighter;
use quick_cache::sync::{Cache, DefaultLifecycle};

use crate::crypto::Digest;
use crate::keys::{KeySource, VerificationKey};
use crate::token::access_token::AccessToken;

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

/// Does not show the cached tokens.
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

    pub(super) fn clear(&self) {
        self.0.clear();
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

/// In bytes, approximately.
#[derive(Clone)]
struct Weight;

impl Weighter<Digest, Arc<VerifiedToken>> for Weight {
    fn weight(&self, _: &Digest, verified: &Arc<VerifiedToken>) -> u64 {
        let weight = verified.token.claims().weight().saturating_add(ENTRY_BYTES);
        u64::try_from(weight).unwrap_or(u64::MAX)
    }
}

const ENTRY_BYTES: usize = 512;
/// The initial capacity of the tables; they grow.
const EXPECTED_ENTRIES: usize = 1024;
const MAX_CACHE_BYTES: u64 = 64 * 1024 * 1024;

#[cfg(test)]
#[cfg(any(feature = "aws-lc-rs", feature = "rust-crypto"))]
mod tests {
    use super::*;
    use crate::jose::Algorithm;
    use crate::keys::{KeyHint, KeySet, StaticKeys};

    /// The key of RFC 7517 appendix A.1.
    const KEYS: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}"#;

    /// As `guide::capacity` says: 64 MiB, and 512 bytes and twice the claims for each token.
    #[test]
    fn cached_tokens_stay_within_the_memory_limit() {
        let hint = KeyHint::new(None, Algorithm::Es256);
        let set = KeySet::from_json(KEYS.as_bytes()).expect("a set");
        let key = set.matching(&hint).pop().expect("a key");
        let keys: Arc<dyn KeySource> = Arc::new(StaticKeys::from_json(KEYS).expect("a set"));
        let pad = "x".repeat(100_000);
        let claims = format!(r#"{{"iss":"https://as.example.com","pad":"{pad}"}}"#);
        let token = AccessToken::from_verified_claims(claims.as_bytes()).expect("claims");
        let token = Arc::new(token);
        let cache = TokenCache::default();
        for number in 0..1000_u32 {
            let verified = VerifiedToken {
                token: Arc::clone(&token),
                key: Arc::clone(&key),
                keys: Arc::clone(&keys),
            };
            cache.insert(Digest::sha256(&number.to_be_bytes()), verified);
        }
        let (kept, fits) = (cache.0.len(), (64 << 20) / (512 + 2 * claims.len()));
        assert!((fits * 3 / 4..=fits).contains(&kept), "{kept} of {fits}");
    }
}
