//! Verifies the token and the proof of a request, with what binds them.

use http::HeaderName;
use http::request::Parts;

use super::binding::PresentedByClient;
use super::policy::Policy;
use super::refusal::Refusal;
use crate::access::Proven;
use crate::credentials::CredentialsError;
use crate::proof::DpopEvidence;
use crate::rejection_reason::RejectionReason;
use crate::token::{AccessToken, PresentedToken};
use crate::uri::RequestError;

impl Policy {
    /// `UnverifiedProof`, `SignedProof`, `DpopEvidence`: checks without cryptography come first, and the replay store
    /// records the proof last, once everything else holds.
    pub(super) async fn check_dpop(
        &self,
        head: &Parts,
        token: PresentedToken<'_>,
    ) -> Result<(Proven, bool), Refusal> {
        let client = self.presented(head)?;
        let dpop = self.dpop.as_ref();
        let dpop = dpop.ok_or(CredentialsError::DpopNotConfigured)?;
        let now = self.now();
        let proof = dpop.read(head, token.digest(), now)?;
        let verdict = self.tokens.verify(token, now);
        let (bound, proof) = if verdict.is_ready() {
            let bound = self.bind_key(verdict.await?, proof.thumbprint(), &client)?;
            let proof = dpop.verify_signature(proof, bound.now);
            let proof = proof.map_err(|error| Refusal::with_token(error, &bound.token))?;
            (bound, proof)
        } else {
            // With this scheme, only a client that holds the proof key can cause this server to call another one.
            let proof = dpop.verify_signature(proof, now)?;
            let bound = self.bind_key(verdict.await?, proof.thumbprint(), &client)?;
            (bound, proof)
        };
        // A token that names neither client nor subject is counted by its key.
        let principal = *bound
            .token
            .principal()
            .unwrap_or_else(|| proof.thumbprint());
        let evidence = dpop.redeem(proof, &principal, bound.now).await;
        let evidence = evidence.map_err(|error| Refusal::with_token(error, &bound.token))?;
        if evidence.waited {
            self.check_again(&bound.token, &evidence, &client)?;
        }
        let is_nonce_due = evidence.is_nonce_due;
        Ok((bound.into_proven(evidence), is_nonce_due))
    }

    /// What may have changed while the request waited for the replay store.
    fn check_again(
        &self,
        token: &AccessToken,
        evidence: &DpopEvidence,
        client: &PresentedByClient<'_>,
    ) -> Result<(), Refusal> {
        let now = self.now();
        let check = || -> Result<(), RejectionReason> {
            token.check_expiry(now)?;
            self.check_revocation(token, Some(&evidence.jkt), client, now)?;
            Ok(())
        };
        check().map_err(|reason| Refusal::with_token(reason, token))
    }

    pub(super) async fn check_bearer(
        &self,
        head: &Parts,
        token: PresentedToken<'_>,
    ) -> Result<Proven, Refusal> {
        let client = self.presented(head)?;
        let verdict = self.tokens.verify(token, self.now()).await;
        self.bind_bearer(verdict?, &client)
    }

    /// The client's certificate, unless the request may be a replay from TLS early data (RFC 8470).
    pub(super) fn presented<'a>(
        &self,
        head: &'a Parts,
    ) -> Result<PresentedByClient<'a>, RejectionReason> {
        if !self.options.accept_early_data && head.headers.contains_key(EARLY_DATA) {
            return Err(RequestError::EarlyData.into());
        }
        let certificate = match &self.mtls {
            Some(mtls) => mtls
                .read(head)
                .map_err(|error| RejectionReason::Certificate {
                    error,
                    read_from: mtls.describe(),
                })?,
            None => None,
        };
        Ok(PresentedByClient { head, certificate })
    }
}

/// Presence alone counts: RFC 8470 section 5.1 treats repeated and invalid values as 1.
const EARLY_DATA: HeaderName = HeaderName::from_static("early-data");
