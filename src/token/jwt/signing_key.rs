//! The key of the issuer that signed a token (RFC 9068 section 4, item 5).

use std::sync::Arc;

use super::issuer::Issuer;
use super::unverified::DecodedToken;
use crate::excerpt::Excerpt;
use crate::keys::{KeyHint, KeySearch, KeySearchError, Ready, Signed, Tried, VerificationKey};
use crate::time::Timestamp;
use crate::token::error::TokenError;

/// The search for the key that signed one token.
pub(super) struct SigningKey<'a> {
    issuer: &'a Issuer,
    hint: &'a KeyHint<'a>,
    message: &'a [u8],
    signature: Vec<u8>,
    now: Timestamp,
}

impl<'a> SigningKey<'a> {
    pub(super) fn new(
        issuer: &'a Issuer,
        hint: &'a KeyHint<'a>,
        token: &'a DecodedToken<'a>,
        now: Timestamp,
    ) -> Result<Self, TokenError> {
        Ok(Self {
            issuer,
            hint,
            message: token.signing_input(),
            signature: token.signature()?,
            now,
        })
    }

    /// The issuer's key that signed the token, if it is known without waiting.
    pub(super) fn find_ready(&self) -> Result<Ready<Arc<VerificationKey>>, TokenError> {
        let found = self.search().find_ready();
        found.map_err(|error| self.refusal(error))
    }

    /// The issuer's key that signed the token. Keys that [`Self::find_ready`] tried are not tried again.
    pub(super) async fn find(
        &self,
        tried: Option<Tried>,
    ) -> Result<Arc<VerificationKey>, TokenError> {
        let found = self.search().find(tried).await;
        found.map_err(|error| self.refusal(error))
    }

    fn search(&self) -> KeySearch<'_> {
        KeySearch {
            keys: &self.issuer.keys,
            hint: self.hint,
            signed: Signed {
                message: self.message,
                signature: &self.signature,
            },
            now: self.now,
        }
    }

    fn refusal(&self, error: KeySearchError) -> TokenError {
        match error {
            KeySearchError::Signature(count) => TokenError::Signature {
                tried: count.tried,
                untried: count.untried,
            },
            KeySearchError::Unavailable(unavailable) => unavailable.named(&self.issuer.name).into(),
            KeySearchError::UnknownKey(skipped) => TokenError::UnknownKey {
                issuer: self.issuer.name.clone(),
                kid: Excerpt::new(self.hint.kid().unwrap_or_default()),
                algorithm: self.hint.algorithm().name(),
                skipped,
            },
        }
    }
}
