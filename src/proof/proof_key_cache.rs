//! The cache of keys whose proofs were valid. A client repeats the same header byte for byte on every request, so
//! recent keys are cached by the raw header. A lost entry costs one parse and does not change the result.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use ahash::RandomState;
use quick_cache::sync::Cache;
use quick_cache::{Lifecycle, Weighter};

use super::proof_key::ProofKey;
use crate::crypto::Digest;

/// Maps a keyed hash of the raw header to the key. On a hash collision one entry is lost, but never mistaken for the
/// other: the header itself is compared.
#[derive(Clone)]
pub(super) struct ProofKeyCache {
    cache: Arc<Cache<u64, Arc<ProofKey>, Weight, RandomState, Evictions>>,
    /// The hash of the one header that is cached for each key. Only new headers are looked up here.
    headers: Arc<Mutex<HashMap<Digest, u64, RandomState>>>,
    /// Keyed, so that a client cannot choose whose entry it displaces.
    hasher: RandomState,
}

/// Does not show the cached keys.
impl fmt::Debug for ProofKeyCache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ProofKeyCache({} entries)", self.cache.len())
    }
}

impl ProofKeyCache {
    pub(super) fn get(&self, raw: &[u8]) -> Option<Arc<ProofKey>> {
        let sender = self.cache.get(&self.hasher.hash_one(raw))?;
        (*sender.raw == *raw).then_some(sender)
    }

    /// Adds a key whose proof was valid and came with a valid token: unauthenticated clients cannot fill the cache. Nor
    /// can one client, by writing its header in many ways: a new header replaces the previous one of the same key.
    pub(super) fn keep(&self, sender: &Arc<ProofKey>) {
        let header = self.hasher.hash_one(&*sender.raw);
        // Dropped last: freeing a key takes time.
        let mut evicted = Vec::new();
        let mut headers = self.headers.lock().unwrap_or_else(PoisonError::into_inner);
        let other = headers.insert(sender.thumbprint, header);
        if let Some(other) = other.filter(|other| *other != header) {
            self.cache.remove(&other);
        }
        self.cache
            .insert_with_lifecycle(header, Arc::clone(sender), &mut evicted);
        for gone in &evicted {
            // A header that was cached again is among them because of its old entry.
            let is_kept = |header| self.cache.contains_key(header);
            if !headers.get(&gone.thumbprint).is_some_and(is_kept) {
                headers.remove(&gone.thumbprint);
            }
        }
    }

    fn bounded(bytes: u64) -> Self {
        let cache = Cache::with(
            EXPECTED_ENTRIES,
            bytes,
            Weight,
            RandomState::new(),
            Evictions,
        );
        Self {
            cache: Arc::new(cache),
            headers: Arc::default(),
            hasher: RandomState::new(),
        }
    }
}

impl Default for ProofKeyCache {
    fn default() -> Self {
        Self::bounded(MAX_CACHE_BYTES)
    }
}

/// In bytes.
#[derive(Clone)]
struct Weight;

impl Weighter<u64, Arc<ProofKey>> for Weight {
    fn weight(&self, _: &u64, sender: &Arc<ProofKey>) -> u64 {
        let parts = [sender.raw.len(), sender.key.heap_bytes(), ENTRY_BYTES];
        let weight = parts
            .into_iter()
            .fold(size_of::<ProofKey>(), usize::saturating_add);
        u64::try_from(weight).unwrap_or(u64::MAX)
    }
}

/// Reports which keys were evicted for a new one.
#[derive(Clone)]
struct Evictions;

impl Lifecycle<u64, Arc<ProofKey>> for Evictions {
    type RequestState = Vec<Arc<ProofKey>>;

    fn on_evict(&self, evicted: &mut Vec<Arc<ProofKey>>, _: u64, sender: Arc<ProofKey>) {
        evicted.push(sender);
    }
}

/// The overhead of one entry: its slots in both tables, and the allocator's.
const ENTRY_BYTES: usize = 224;
/// The initial capacity of the tables; they grow.
const EXPECTED_ENTRIES: usize = 1024;
const MAX_CACHE_BYTES: u64 = 32 * 1024 * 1024;

#[cfg(test)]
#[cfg(any(feature = "aws-lc-rs", feature = "rust-crypto"))]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;
    use crate::jose::{Algorithm, AlgorithmList};

    /// The key of RFC 7517 appendix A.1.
    const HEADER: &str = r#"{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}}"#;

    fn sender(header: &str) -> Arc<ProofKey> {
        let allowed = [Algorithm::Es256, Algorithm::Ps256];
        let allowed = AlgorithmList::new("proof", allowed).expect("a list");
        let raw = URL_SAFE_NO_PAD.encode(header);
        Arc::new(ProofKey::parse(raw.as_bytes(), &allowed).expect("a header"))
    }

    fn rsa(bits: usize, number: u8) -> Arc<ProofKey> {
        let mut modulus = vec![0xff; bits / 8];
        modulus[8] = number;
        let n = URL_SAFE_NO_PAD.encode(modulus);
        sender(&format!(
            r#"{{"typ":"dpop+jwt","alg":"PS256","jwk":{{"kty":"RSA","e":"AQAB","n":"{n}"}}}}"#
        ))
    }

    #[test]
    fn headers_with_the_same_hash_are_not_taken_for_each_other() {
        let sender = sender(HEADER);
        let senders = ProofKeyCache::default();
        senders.keep(&sender);
        assert!(senders.get(&sender.raw).is_some());

        let other = b"another header";
        let hash = senders.hasher.hash_one(&other[..]);
        senders.cache.insert(hash, sender);
        assert!(senders.get(other).is_none());
    }

    #[test]
    fn header_replaces_the_other_of_its_key() {
        let spelled = [HEADER.to_owned(), HEADER.replace(',', ", ")].map(|text| sender(&text));
        let other = rsa(2048, 1);
        let senders = ProofKeyCache::default();
        senders.keep(&other);
        for (kept, gone) in [(0, 1), (1, 0), (1, 0), (0, 1)] {
            senders.keep(&spelled[kept]);
            assert!(senders.get(&spelled[kept].raw).is_some());
            assert!(senders.get(&spelled[gone].raw).is_none());
            assert!(senders.get(&other.raw).is_some());
        }
    }

    #[test]
    fn headers_of_evicted_senders_are_forgotten() {
        let senders = ProofKeyCache::bounded(64 * 1024);
        for number in 0..=255 {
            senders.keep(&rsa(2048, number));
        }
        let kept = senders.cache.len();
        assert!((1..128).contains(&kept), "{kept}");
        let headers = senders.headers.lock().expect("no panic");
        assert_eq!(headers.len(), kept);
        assert!(
            headers
                .values()
                .all(|hash| senders.cache.contains_key(hash))
        );
    }

    /// Measured: the resident memory of 4,000 to 12,000 keys that each verified a signature, divided by their number.
    #[test]
    fn weight_is_the_memory_that_a_sender_takes_up() {
        let measured = if cfg!(feature = "aws-lc-rs") {
            [997, 2763, 4546]
        } else {
            [687, 1287, 2187]
        };
        let senders = [sender(HEADER), rsa(2048, 1), rsa(4096, 1)];
        for (sender, measured) in senders.iter().zip(measured) {
            let weight = Weight.weight(&0, sender);
            let ratio = f64::from(u32::try_from(weight).expect("small")) / f64::from(measured);
            assert!((0.9..1.15).contains(&ratio), "{weight} for {measured}");
        }
    }
}
