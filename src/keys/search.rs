//! Determines which of the matching keys signed a JWS (RFC 7515 appendix D leaves the search to the recipient).

use std::sync::Arc;

use super::hint::KeyHint;
use super::set::VerificationKey;
use super::source::KeySource;
#[cfg(feature = "http-client")]
use crate::jose::DecodedJws;
use crate::skipped_key::SkipReason;
use crate::time::Timestamp;
use crate::unavailable::Unavailable;

type Found = Result<Vec<Arc<VerificationKey>>, Unavailable>;

/// The search for the key that signed one JWS.
pub(crate) struct KeySearch<'a> {
    pub(crate) keys: &'a dyn KeySource,
    pub(crate) hint: &'a KeyHint<'a>,
    pub(crate) signed: Signed<'a>,
    pub(crate) now: Timestamp,
}

/// A signing input, and a signature that is not verified.
#[derive(Clone, Copy)]
pub(crate) struct Signed<'a> {
    pub(crate) message: &'a [u8],
    pub(crate) signature: &'a [u8],
}

/// The result of a search that does not wait.
pub(crate) enum Ready<T> {
    Done(T),
    /// Keys must be fetched; with those that were tried already, if any.
    Waiting(Option<Tried>),
}

/// Keys that did not verify the signature, and how many were tried.
pub(crate) struct Tried {
    keys: Vec<Arc<VerificationKey>>,
    count: TriedCount,
}

/// How many keys did not verify the signature, and how many more matched.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct TriedCount {
    pub(crate) tried: usize,
    pub(crate) untried: usize,
}

/// Why there is no key.
#[derive(Debug)]
pub(crate) enum KeySearchError {
    Signature(TriedCount),
    Unavailable(Unavailable),
    UnknownKey(Option<SkipReason>),
}

impl KeySearch<'_> {
    /// The key that signed the JWS, if it is known without waiting.
    pub(crate) fn find_ready(&self) -> Result<Ready<Arc<VerificationKey>>, KeySearchError> {
        let Some(found) = self.keys.find(self.hint, self.now).into_ready() else {
            return Ok(Ready::Waiting(None));
        };
        let tried = match self.among(found)? {
            Ok(key) => return Ok(Ready::Done(key)),
            Err(tried) => tried,
        };
        match self.keys.find_newer(self.hint, self.now).into_ready() {
            Some(newer) => self.among_newer(newer, tried).map(Ready::Done),
            None => Ok(Ready::Waiting(Some(tried))),
        }
    }

    /// The key that signed the JWS. Keys that [`Self::find_ready`] tried are not tried again.
    pub(crate) async fn find(
        &self,
        tried: Option<Tried>,
    ) -> Result<Arc<VerificationKey>, KeySearchError> {
        let tried = match tried {
            Some(tried) => tried,
            None => match self.among(self.keys.find(self.hint, self.now).await)? {
                Ok(key) => return Ok(key),
                Err(tried) => tried,
            },
        };
        let newer = self.keys.find_newer(self.hint, self.now).await;
        self.among_newer(newer, tried)
    }

    /// The key among the known ones.
    fn among(&self, found: Found) -> Result<Result<Arc<VerificationKey>, Tried>, KeySearchError> {
        let keys = found.map_err(KeySearchError::Unavailable)?;
        if keys.is_empty() {
            let kid = self.hint.kid();
            let skipped = kid.and_then(|kid| self.keys.skip_reason(kid, self.now));
            return Err(KeySearchError::UnknownKey(skipped));
        }
        let verified = self.signed.signer_among(keys.clone(), self.hint);
        Ok(verified.map_err(|count| Tried { keys, count }))
    }

    /// The key among those published since.
    fn among_newer(
        &self,
        newer: Found,
        tried: Tried,
    ) -> Result<Arc<VerificationKey>, KeySearchError> {
        let mut newer = newer.map_err(KeySearchError::Unavailable)?;
        newer.retain(|key| !tried.keys.iter().any(|each| Arc::ptr_eq(each, key)));
        let verified = self.signed.signer_among(newer, self.hint);
        verified.map_err(|_| KeySearchError::Signature(tried.count))
    }
}

/// Whether one of `keys` signed the JWS: `false` whatever else is the reason.
#[cfg(feature = "http-client")]
pub(crate) async fn is_signed(
    jws: &DecodedJws<'_>,
    keys: &dyn KeySource,
    hint: &KeyHint<'_>,
    now: Timestamp,
) -> Result<bool, Unavailable> {
    let Some(signature) = jws.signature() else {
        return Ok(false);
    };
    let search = KeySearch {
        keys,
        hint,
        signed: Signed {
            message: jws.signing_input(),
            signature: &signature,
        },
        now,
    };
    match search.find(None).await {
        Ok(_) => Ok(true),
        Err(KeySearchError::Unavailable(unavailable)) => Err(unavailable),
        Err(KeySearchError::Signature(_) | KeySearchError::UnknownKey(_)) => Ok(false),
    }
}

impl Signed<'_> {
    /// Tries keys whose own `alg` names the algorithm first, and otherwise keeps the order of the key set. Anyone can
    /// send a JWS without `kid`, so the number of verifications is limited.
    pub(crate) fn signer_among(
        self,
        mut candidates: Vec<Arc<VerificationKey>>,
        hint: &KeyHint<'_>,
    ) -> Result<Arc<VerificationKey>, TriedCount> {
        candidates.sort_by_key(|key| !key.states_algorithm());
        let tried = candidates.len().min(MAX_CANDIDATES);
        let untried = candidates.len().saturating_sub(tried);
        candidates
            .into_iter()
            .take(tried)
            .find(|key| key.verifies(hint.algorithm(), self.message, self.signature))
            .ok_or(TriedCount { tried, untried })
    }
}

const MAX_CANDIDATES: usize = 16;
