//! A JWK set (RFC 7517 section 5): the keys in it that verify signatures. An invalid or unknown entry does not affect
//! the others.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::hint::KeyHint;
use crate::crypto::{Digest, PreparedKey, RsaLimits};
use crate::jose::{Algorithm, Jwk, JwkError, parse};

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
        let prepare = |algorithm: Algorithm| Some((algorithm, key.prepare(algorithm).ok()?));
        let prepared: Vec<_> = Algorithm::ALL.into_iter().filter_map(prepare).collect();
        if prepared.is_empty() {
            return Err(JwkError::Type);
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
    skipped: usize,
}

/// Why a text is not a JWK set.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum KeySetError {
    /// Not a JSON object with an array `keys`.
    #[error("it is not a JSON object with an array `keys`")]
    Malformed,
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
    /// [`KeySetError`] if the text is not a JWK set at all.
    pub fn from_json(json: &[u8]) -> Result<Self, KeySetError> {
        let document: Document<'_> =
            serde_json::from_slice(json).map_err(|_| KeySetError::Malformed)?;
        if document.keys.len() > MAX_KEYS {
            return Err(KeySetError::TooManyKeys);
        }
        let mut set = Self::default();
        for entry in &document.keys {
            let key = parse::<Jwk<'_>>(entry.get().as_bytes()).ok();
            match key.map(|jwk| VerificationKey::of(&jwk)) {
                Some(Ok(key)) => set.keys.push(Arc::new(key)),
                Some(Err(_)) | None => set.skipped += 1,
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

    /// The number of entries that were skipped.
    #[must_use]
    pub const fn skipped(&self) -> usize {
        self.skipped
    }
}

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    keys: Vec<&'a RawValue>,
}

const MAX_KEYS: usize = 128;
