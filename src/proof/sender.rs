//! The JOSE header of a proof: algorithm, thumbprint and prepared key of the client that sends it.
//!
//! A client repeats the same header byte for byte on every request, so the last ones seen are kept by
//! their raw text. Losing an entry costs a parse and changes no verdict.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use ahash::RandomState;
use quick_cache::Weighter;
use quick_cache::sync::{Cache, DefaultLifecycle};
use serde::de::MapAccess;

use super::error::ProofError;
use super::tables::AcceptedProofs;
use crate::crypto::{Digest, PreparedKey, RsaLimits, decode_onto};
use crate::excerpt::Excerpt;
use crate::jose::{AlgorithmList, Critical, Jwk, Object, Reader, TypeName, parse_often};

/// A client's key as its proofs present it.
#[derive(Debug)]
pub(super) struct Sender {
    /// The first part of the proof, as it came.
    raw: Box<[u8]>,
    pub(super) thumbprint: Digest,
    pub(super) key: PreparedKey,
    pub(super) accepted: AcceptedProofs,
}

impl Sender {
    /// Reads the first part of a proof: RFC 9449 section 4.3, items 4, 5 and 7.
    pub(super) fn parse(raw: &[u8], allowed: &AlgorithmList) -> Result<Self, ProofError> {
        let (mut stack, mut heap) = ([0; USUAL_HEADER_BYTES], Vec::new());
        let json = decode_onto(raw, &mut stack, &mut heap).ok_or(ProofError::NotAJws)?;
        let header: Header<'_> = parse_often(json).map_err(ProofError::Header)?;
        if !header.critical.is_empty() {
            return Err(ProofError::Critical);
        }
        let typ = header.typ.ok_or(ProofError::MissingHeaderMember("typ"))?;
        // 4.3 item 4
        if !TypeName(&typ).is("dpop+jwt") {
            return Err(ProofError::Type(Excerpt::of(&typ)));
        }
        // 4.3 item 5
        let alg = header.alg.ok_or(ProofError::MissingHeaderMember("alg"))?;
        let algorithm = allowed.allowed(&alg).ok_or_else(|| ProofError::Algorithm {
            found: Excerpt::of(&alg),
            allowed: allowed.to_string(),
        })?;
        // 4.3 item 7
        let jwk = header.jwk.ok_or(ProofError::MissingHeaderMember("jwk"))?;
        let key = jwk
            .prepare(algorithm, RsaLimits::PROOF)
            .map_err(ProofError::Key)?;
        let thumbprint = jwk.thumbprint().map_err(ProofError::Key)?;
        Ok(Self {
            raw: raw.into(),
            thumbprint,
            key,
            accepted: AcceptedProofs::default(),
        })
    }
}

/// `jku`, `x5u`, `x5c` and `kid` are as unknown here as any other member: nothing is fetched.
#[derive(Debug, Default)]
struct Header<'a> {
    typ: Option<Cow<'a, str>>,
    alg: Option<Cow<'a, str>>,
    jwk: Option<Jwk<'a>>,
    critical: Critical,
}

impl<'de> Object<'de> for Header<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader<'_, A>,
    ) -> Result<bool, A::Error> {
        match name {
            "typ" => reader.text("typ", &mut self.typ),
            "alg" => reader.text("alg", &mut self.alg),
            "jwk" => reader.object("jwk", &mut self.jwk),
            "crit" => reader.presence("crit", &mut self.critical.crit),
            "b64" => reader.value("b64", &mut self.critical.b64),
            "zip" => reader.presence("zip", &mut self.critical.zip),
            _ => Ok(false),
        }
    }
}

/// The senders of proofs that held, by a keyed hash of their raw header. Of two with the same hash one is lost, and
/// never taken for the other: the header itself is compared.
#[derive(Clone)]
pub(super) struct Senders {
    cache: Arc<Cache<u64, Arc<Sender>, Weight, RandomState>>,
    /// So that nobody can choose whom to displace.
    hasher: RandomState,
}

/// Says nothing of who is in it.
impl fmt::Debug for Senders {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Senders({} entries)", self.cache.len())
    }
}

impl Senders {
    pub(super) fn get(&self, raw: &[u8]) -> Option<Arc<Sender>> {
        let sender = self.cache.get(&self.hasher.hash_one(raw))?;
        (*sender.raw == *raw).then_some(sender)
    }

    /// Only for senders whose proof held with a good token: strangers cannot fill the cache.
    pub(super) fn keep(&self, sender: &Arc<Sender>) {
        let key = self.hasher.hash_one(&*sender.raw);
        self.cache.insert(key, Arc::clone(sender));
    }
}

impl Default for Senders {
    fn default() -> Self {
        let cache = Cache::with(
            EXPECTED_ENTRIES,
            MAX_CACHE_BYTES,
            Weight,
            RandomState::new(),
            DefaultLifecycle::default(),
        );
        Self {
            cache: Arc::new(cache),
            hasher: RandomState::new(),
        }
    }
}

/// Bytes, roughly.
#[derive(Clone)]
struct Weight;

impl Weighter<u64, Arc<Sender>> for Weight {
    fn weight(&self, _: &u64, sender: &Arc<Sender>) -> u64 {
        let weight = sender.raw.len().saturating_add(PREPARED_BYTES);
        u64::try_from(weight).unwrap_or(u64::MAX)
    }
}

/// With an elliptic key; RSA keys need more.
const USUAL_HEADER_BYTES: usize = 512;
/// A rough size of a prepared key and its bookkeeping.
const PREPARED_BYTES: usize = 1024;
/// What tables are made for; they grow.
const EXPECTED_ENTRIES: usize = 1024;
const MAX_CACHE_BYTES: u64 = 32 * 1024 * 1024;

#[cfg(test)]
#[cfg(any(feature = "aws-lc-rs", feature = "rust-crypto"))]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;
    use crate::jose::Algorithm;

    /// The key of RFC 7517 appendix A.1.
    const HEADER: &str = r#"{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}}"#;

    #[test]
    fn headers_with_the_same_hash_are_not_taken_for_each_other() {
        let raw = URL_SAFE_NO_PAD.encode(HEADER);
        let allowed = AlgorithmList::new("proof", [Algorithm::Es256]).expect("a list");
        let sender = Arc::new(Sender::parse(raw.as_bytes(), &allowed).expect("a header"));
        let senders = Senders::default();
        senders.keep(&sender);
        assert!(senders.get(raw.as_bytes()).is_some());

        let other = b"another header";
        let hash = senders.hasher.hash_one(&other[..]);
        senders.cache.insert(hash, sender);
        assert!(senders.get(other).is_none());
    }
}
