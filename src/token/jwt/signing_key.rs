//! Determines which of the matching keys signed a token (RFC 7515 appendix D leaves the search to the recipient).

use std::sync::Arc;

use super::issuer::Issuer;
use super::unverified::DecodedToken;
use crate::excerpt::Excerpt;
use crate::keys::{KeyHint, SkipReason, VerificationKey};
use crate::time::Timestamp;
use crate::token::error::TokenError;
use crate::unavailable::Unavailable;

type Found = Result<Vec<Arc<VerificationKey>>, Unavailable>;

/// The result of a search that does not wait.
pub(super) enum Ready<T> {
    Done(T),
    /// Keys must be fetched; with those that were tried already, if any.
    Waiting(Option<Tried>),
}

/// Keys that did not verify the signature, and the refusal if no newer key does.
pub(super) struct Tried {
    keys: Vec<Arc<VerificationKey>>,
    refusal: TokenError,
}

/// The search for the key that signed one token.
pub(super) struct KeySearch<'a> {
    issuer: &'a Issuer,
    hint: &'a KeyHint<'a>,
    token: &'a DecodedToken<'a>,
    signature: Vec<u8>,
    now: Timestamp,
}

impl<'a> KeySearch<'a> {
    pub(super) fn new(
        issuer: &'a Issuer,
        hint: &'a KeyHint<'a>,
        token: &'a DecodedToken<'a>,
        now: Timestamp,
    ) -> Result<Self, TokenError> {
        Ok(Self {
            issuer,
            hint,
            token,
            signature: token.signature()?,
            now,
        })
    }

    /// The issuer's key that signed the token, if it is known without waiting.
    pub(super) fn find_ready(&self) -> Result<Ready<Arc<VerificationKey>>, TokenError> {
        let keys = &self.issuer.keys;
        let Some(found) = keys.find(self.hint, self.now).into_ready() else {
            return Ok(Ready::Waiting(None));
        };
        let tried = match self.among(found)? {
            Ok(key) => return Ok(Ready::Done(key)),
            Err(tried) => tried,
        };
        match keys.find_newer(self.hint, self.now).into_ready() {
            Some(newer) => self.among_newer(newer, tried).map(Ready::Done),
            None => Ok(Ready::Waiting(Some(tried))),
        }
    }

    /// The issuer's key that signed the token. Keys that [`Self::find_ready`] tried are not tried again.
    pub(super) async fn find(
        &self,
        tried: Option<Tried>,
    ) -> Result<Arc<VerificationKey>, TokenError> {
        let keys = &self.issuer.keys;
        let tried = match tried {
            Some(tried) => tried,
            None => match self.among(keys.find(self.hint, self.now).await)? {
                Ok(key) => return Ok(key),
                Err(tried) => tried,
            },
        };
        let newer = keys.find_newer(self.hint, self.now).await;
        self.among_newer(newer, tried)
    }

    /// The key among the known ones.
    fn among(&self, found: Found) -> Result<Result<Arc<VerificationKey>, Tried>, TokenError> {
        let keys = found.map_err(|unavailable| unavailable.named(&self.issuer.name))?;
        if keys.is_empty() {
            return Err(TokenError::UnknownKey {
                issuer: self.issuer.name.clone(),
                kid: Excerpt::new(self.hint.kid().unwrap_or_default()),
                algorithm: self.hint.algorithm().name(),
                skipped: self.skip_reason(),
            });
        }
        let verified = self.verify_with(keys.clone());
        Ok(verified.map_err(|refusal| Tried { keys, refusal }))
    }

    fn skip_reason(&self) -> Option<SkipReason> {
        let kid = self.hint.kid()?;
        self.issuer.keys.skip_reason(kid, self.now)
    }

    /// The key among those published since.
    fn among_newer(&self, newer: Found, tried: Tried) -> Result<Arc<VerificationKey>, TokenError> {
        let mut newer = newer.map_err(|unavailable| unavailable.named(&self.issuer.name))?;
        newer.retain(|key| !tried.keys.iter().any(|each| Arc::ptr_eq(each, key)));
        self.verify_with(newer).map_err(|_| tried.refusal)
    }

    /// Tries keys whose own `alg` names the algorithm first, and otherwise keeps the order of the key set. Anyone can
    /// send a token without `kid`, so the number of verifications is limited.
    fn verify_with(
        &self,
        mut candidates: Vec<Arc<VerificationKey>>,
    ) -> Result<Arc<VerificationKey>, TokenError> {
        let message = self.token.signing_input();
        let algorithm = self.hint.algorithm();
        candidates.sort_by_key(|key| !key.states_algorithm());
        let tried = candidates.len().min(MAX_CANDIDATES);
        let untried = candidates.len().saturating_sub(tried);
        candidates
            .into_iter()
            .take(tried)
            .find(|key| key.verifies(algorithm, message, &self.signature))
            .ok_or(TokenError::Signature { tried, untried })
    }
}

const MAX_CANDIDATES: usize = 16;
