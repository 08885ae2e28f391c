//! Determines which of the matching keys signed a token (RFC 7515 appendix D leaves the search to the recipient).

use std::sync::Arc;

use super::issuer::Issuer;
use super::unverified::DecodedToken;
use crate::excerpt::Excerpt;
use crate::jose::Algorithm;
use crate::keys::{KeyHint, VerificationKey};
use crate::time::Timestamp;
use crate::token::error::TokenError;
use crate::unavailable::Unavailable;

type Found = Result<Vec<Arc<VerificationKey>>, Unavailable>;

/// The issuer's key that signed the token, if it is known without waiting.
pub(super) fn signing_key_ready(
    issuer: &Issuer,
    hint: &KeyHint<'_>,
    token: &DecodedToken<'_>,
    now: Timestamp,
) -> Result<Option<Arc<VerificationKey>>, TokenError> {
    let signature = token.signature()?;
    let Some(found) = issuer.keys.find(hint, now).into_ready() else {
        return Ok(None);
    };
    let search = Search::new(issuer, hint, token, signature, found)?;
    let refused = match search.key() {
        Ok(key) => return Ok(Some(key)),
        Err(refused) => refused,
    };
    let Some(newer) = issuer.keys.find_newer(hint, now).into_ready() else {
        return Ok(None);
    };
    search.newer_key(issuer, newer)?.ok_or(refused).map(Some)
}

/// The issuer's key that signed the token.
pub(super) async fn signing_key(
    issuer: &Issuer,
    hint: &KeyHint<'_>,
    token: &DecodedToken<'_>,
    now: Timestamp,
) -> Result<Arc<VerificationKey>, TokenError> {
    let signature = token.signature()?;
    let found = issuer.keys.find(hint, now).await;
    let search = Search::new(issuer, hint, token, signature, found)?;
    let refused = match search.key() {
        Ok(key) => return Ok(key),
        Err(refused) => refused,
    };
    let newer = issuer.keys.find_newer(hint, now).await;
    search.newer_key(issuer, newer)?.ok_or(refused)
}

/// The candidates for one token.
struct Search<'a> {
    found: Vec<Arc<VerificationKey>>,
    algorithm: Algorithm,
    token: &'a DecodedToken<'a>,
    signature: Vec<u8>,
}

impl<'a> Search<'a> {
    fn new(
        issuer: &Issuer,
        hint: &KeyHint<'_>,
        token: &'a DecodedToken<'a>,
        signature: Vec<u8>,
        found: Found,
    ) -> Result<Self, TokenError> {
        let found = found.map_err(|unavailable| unavailable.named(&issuer.name))?;
        if found.is_empty() {
            return Err(TokenError::UnknownKey {
                issuer: issuer.name.clone(),
                kid: Excerpt::new(hint.kid().unwrap_or_default()),
                algorithm: hint.algorithm().name(),
            });
        }
        Ok(Self {
            found,
            algorithm: hint.algorithm(),
            token,
            signature,
        })
    }

    /// The key among the known keys.
    fn key(&self) -> Result<Arc<VerificationKey>, TokenError> {
        self.among(self.found.clone())
    }

    /// The key among those published since.
    fn newer_key(
        &self,
        issuer: &Issuer,
        newer: Found,
    ) -> Result<Option<Arc<VerificationKey>>, TokenError> {
        let mut newer = newer.map_err(|unavailable| unavailable.named(&issuer.name))?;
        newer.retain(|key| !self.found.iter().any(|each| Arc::ptr_eq(each, key)));
        Ok(self.among(newer).ok())
    }

    /// Tries keys whose own `alg` names the algorithm first, and otherwise keeps the order of the key set. Anyone can
    /// send a token without `kid`, so the number of verifications is limited.
    fn among(
        &self,
        mut candidates: Vec<Arc<VerificationKey>>,
    ) -> Result<Arc<VerificationKey>, TokenError> {
        let message = self.token.signing_input();
        candidates.sort_by_key(|key| !key.states_algorithm());
        let tried = candidates.len().min(MAX_CANDIDATES);
        let untried = candidates.len().saturating_sub(tried);
        candidates
            .into_iter()
            .take(tried)
            .find(|key| key.verifies(self.algorithm, message, &self.signature))
            .ok_or(TokenError::Signature { tried, untried })
    }
}

const MAX_CANDIDATES: usize = 16;
