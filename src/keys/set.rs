//! A JWK set (RFC 7517 section 5): the keys in it that verify signatures. An invalid or unknown entry does not affect
//! the others.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::hint::KeyHint;
use crate::crypto::{Digest, KeyError, PreparedKey, RsaLimits};
use crate::excerpt::Excerpt;
use crate::jose::{Algorithm, AlgorithmList, Jwk, JwkError, parse};
use crate::skipped_key::{SkipReason, SkippedKey};

/// One public key of an issuer, prepared for every algorithm that it may be used with.
#[derive(Debug)]
pub struct VerificationKey {
    kid: Option<String>,
    thumbprint: Digest,
    /// Whether the key's `alg` names the algorithm that it is prepared for.
    states_algorithm: bool,
    prepared: Vec<(Algorithm, PreparedKey)>,
}

impl VerificationKey {
    /// The `kid`, if it has one.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The SHA-256 thumbprint (RFC 7638).
    #[must_use]
    pub const fn thumbprint(&self) -> &Digest {
        &self.thumbprint
    }

    pub(crate) fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        let mut prepared = self.prepared.iter();
        prepared
            .find(|(known, _)| *known == algorithm)
            .is_some_and(|(_, key)| key.verifies(message, signature))
    }

    pub(crate) const fn states_algorithm(&self) -> bool {
        self.states_algorithm
    }

    fn is_for(&self, algorithm: Algorithm) -> bool {
        self.prepared.iter().any(|(known, _)| *known == algorithm)
    }

    /// Whether both are the same key under the same `kid` for the same algorithms.
    fn is_same(&self, other: &Self) -> bool {
        let algorithms = self.prepared.iter().map(|(known, _)| known);
        std::ptr::eq(self, other)
            || (self.thumbprint == other.thumbprint
                && self.kid == other.kid
                && algorithms.eq(other.prepared.iter().map(|(known, _)| known)))
    }

    fn of(jwk: &Jwk<'_>) -> Result<Self, JwkError> {
        let key = jwk.public(RsaLimits::ISSUER)?;
        let mut prepared = Vec::new();
        let mut refusal = JwkError::Algorithm;
        for algorithm in Algorithm::ALL {
            match key.prepare(algorithm) {
                Ok(ready) => prepared.push((algorithm, ready)),
                Err(JwkError::Algorithm | JwkError::Key(KeyError::SignatureScheme)) => {}
                Err(other) => refusal = other,
            }
        }
        if prepared.is_empty() {
            return Err(refusal);
        }
        Ok(Self {
            kid: jwk.kid()?.map(str::to_owned),
            thumbprint: *key.thumbprint(),
            states_algorithm: key.states_algorithm(),
            prepared,
        })
    }
}

/// The usable keys of one JWK set.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    keys: Vec<Arc<VerificationKey>>,
    skipped: Vec<SkippedKey>,
}

/// Why a text is not a JWK set.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum KeySetError {
    /// Not a JSON object with an array `keys`.
    #[error("it is not a JSON object with an array `keys`")]
    Malformed,
    /// No crypto backend of this build verifies signatures.
    #[error("this build verifies no signature: enable the feature `aws-lc-rs` or `rust-crypto`")]
    NoBackend,
    /// More than 128 keys.
    #[error("it has more than 128 keys")]
    TooManyKeys,
}

impl KeySet {
    /// Parses a JWK set and skips what cannot verify a signature here: other types and curves, other uses, private and
    /// symmetric keys, weak and malformed ones.
    ///
    /// # Errors
    ///
    /// [`KeySetError`] if the text is not a JWK set at all, or in a build without a crypto backend.
    pub fn from_json(json: &[u8]) -> Result<Self, KeySetError> {
        if AlgorithmList::new("token", Algorithm::TOKEN_DEFAULT).is_err() {
            return Err(KeySetError::NoBackend);
        }
        let document: Document<'_> =
            serde_json::from_slice(json).map_err(|_| KeySetError::Malformed)?;
        if document.keys.len() > MAX_KEYS {
            return Err(KeySetError::TooManyKeys);
        }
        let mut set = Self::default();
        for (position, entry) in document.keys.iter().enumerate() {
            match read(position, entry) {
                Ok(key) => set.keys.push(Arc::new(key)),
                Err(skipped) => set.skipped.push(skipped),
            }
        }
        Ok(set)
    }

    /// The keys that match the hint: by `kid` if the token has one, and by algorithm in any case, since a set may
    /// contain a `kid` twice.
    #[must_use]
    pub fn matching(&self, hint: &KeyHint<'_>) -> Vec<Arc<VerificationKey>> {
        let fits = |key: &&Arc<VerificationKey>| {
            hint.kid().is_none_or(|kid| key.kid() == Some(kid)) && key.is_for(hint.algorithm())
        };
        self.keys.iter().filter(fits).map(Arc::clone).collect()
    }

    /// Whether the set contains the key, under the same `kid` and for the same algorithms.
    #[must_use]
    pub fn contains(&self, key: &VerificationKey) -> bool {
        self.keys.iter().any(|known| known.is_same(key))
    }

    /// Reuses the keys that `older` has already prepared.
    #[cfg(feature = "http-client")]
    pub(super) fn keep_known(&mut self, older: &Self) {
        for key in &mut self.keys {
            if let Some(known) = older.keys.iter().find(|known| known.is_same(key)) {
                *key = Arc::clone(known);
            }
        }
    }

    /// The number of keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether the set has no usable key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The algorithms that the keys verify, each once.
    #[must_use]
    pub fn algorithms(&self) -> Vec<Algorithm> {
        let verified = |algorithm: &Algorithm| self.keys.iter().any(|key| key.is_for(*algorithm));
        Algorithm::ALL.into_iter().filter(verified).collect()
    }

    /// The entries that are not used, each with its reason.
    #[must_use]
    pub fn skipped(&self) -> &[SkippedKey] {
        &self.skipped
    }

    /// Why the entry with this `kid` is not used; `None` if there is no such entry.
    #[must_use]
    pub fn skip_reason(&self, kid: &str) -> Option<&SkipReason> {
        let kid = Excerpt::new(kid);
        let mut skipped = self.skipped.iter();
        let found = skipped.find(|entry| entry.kid() == Some(&kid));
        found.map(SkippedKey::reason)
    }
}

/// One entry of the array.
fn read(position: usize, entry: &RawValue) -> Result<VerificationKey, SkippedKey> {
    let malformed = |_| SkippedKey::new(position, None, SkipReason::Malformed);
    let jwk = parse::<Jwk<'_>>(entry.get().as_bytes()).map_err(malformed)?;
    VerificationKey::of(&jwk).map_err(|error| {
        let kid = jwk.kid().ok().flatten().map(Excerpt::new);
        SkippedKey::new(position, kid, skip_reason(&jwk, error))
    })
}

fn skip_reason(jwk: &Jwk<'_>, error: JwkError) -> SkipReason {
    match error {
        _ if jwk.is_symmetric() => SkipReason::Symmetric,
        JwkError::Algorithm => SkipReason::Algorithm,
        JwkError::Key(error) => SkipReason::Key(error),
        JwkError::KeyId => SkipReason::KeyId,
        JwkError::Missing(member) => SkipReason::Missing(member),
        JwkError::Private => SkipReason::Private,
        JwkError::Purpose => SkipReason::Purpose,
        JwkError::Type => SkipReason::Type(Excerpt::new(&jwk.type_name())),
    }
}

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    keys: Vec<&'a RawValue>,
}

const MAX_KEYS: usize = 128;
