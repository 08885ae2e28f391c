//! Whether a verified token is denied: by every configured `Revocation`, on every request.

use super::binding::PresentedByClient;
use super::policy::Policy;
use crate::crypto::Digest;
use crate::revocation::{Revocation as _, RevocationError, TokenUse};
use crate::time::Timestamp;
use crate::token::AccessToken;

impl Policy {
    /// Takes the keys that the client shows, not those that the token is bound to: a successor is denied too.
    pub(super) fn check_revocation(
        &self,
        token: &AccessToken,
        proof_key: Option<&Digest>,
        client: &PresentedByClient<'_>,
        now: Timestamp,
    ) -> Result<(), RevocationError> {
        if self.revocations.is_empty() {
            return Ok(());
        }
        let mut token_use = TokenUse::new(token);
        if let Some(jkt) = proof_key {
            token_use = token_use.with_proof_key(jkt);
        }
        if let Some(certificate) = &client.certificate {
            token_use = token_use.with_certificate(certificate.thumbprint());
        }
        self.check_revocations(&token_use, now)
    }

    pub(super) fn check_revocations(
        &self,
        token_use: &TokenUse<'_>,
        now: Timestamp,
    ) -> Result<(), RevocationError> {
        let mut revocations = self.revocations.iter();
        revocations.try_for_each(|revocation| revocation.check(token_use, now))
    }
}
