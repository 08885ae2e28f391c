//! The checks of client assertions (RFC 7523 section 3, RFC 10070 sections 3 and 4), in the order of cost.

use super::claims::Claims;
use super::error::{AssertionCheckError, AssertionError};
use super::rules::ClientAssertions;
use super::signature::verify;
use super::unverified::{Times, UnverifiedAssertion};
use crate::crypto::{Digest, Hasher};
use crate::excerpt::Excerpt;
use crate::keys::KeySource;
use crate::replay::{Insertion, UsedProof, within};
use crate::time::{Clock, Timestamp};

impl ClientAssertions {
    /// Checks everything that needs no key and no knowledge of other requests.
    pub(in crate::token_endpoint) fn read<'a>(
        &self,
        text: &'a str,
        client_id: Option<&str>,
        now: Timestamp,
    ) -> Result<UnverifiedAssertion<'a>, AssertionError> {
        let assertion =
            UnverifiedAssertion::parse(text, &self.algorithms, self.accept_untyped, |claims| {
                self.check_audience(claims)
            })?;
        // RFC 7521 section 4.2
        if let Some(parameter) = client_id.filter(|id| *id != assertion.client_id()) {
            return Err(AssertionError::ClientId {
                found: Excerpt::new(assertion.client_id()),
                parameter: Excerpt::new(parameter),
            });
        }
        self.check_time(&assertion.times, now)?;
        Ok(assertion)
    }

    /// Verifies the signature with the keys of the client that the assertion names, then records the assertion, which
    /// alone decides whether it is new.
    pub(in crate::token_endpoint) async fn verify(
        &self,
        assertion: UnverifiedAssertion<'_>,
        keys: &dyn KeySource,
        clock: &dyn Clock,
    ) -> Result<(), AssertionCheckError> {
        // item 9
        let verified = verify(&assertion, keys, clock.now()).await;
        if let Err(AssertionCheckError::Assertion(AssertionError::UnknownKey { .. })) = &verified {
            self.verify_with_decoy(&assertion);
        }
        verified?;
        // Fetching keys may have taken time.
        let now = clock.now();
        self.check_time(&assertion.times, now)?;
        // item 7
        let until = assertion.times.exp.saturating_add(self.skew);
        let (key, principal) = self.replay_key(&assertion);
        let used = UsedProof::new(key, principal, until, now);
        let insertion = self.replay.insert(&used);
        let setting = "`ClientAssertions::replay_timeout`";
        match within(self.replay_timeout, setting, insertion).await? {
            Insertion::Fresh => Ok(()),
            Insertion::Replayed => Err(AssertionError::Replayed.into()),
        }
    }

    /// Takes as long as a verification with a key of the client, which has none for this assertion.
    pub(in crate::token_endpoint) fn verify_with_decoy(&self, assertion: &UnverifiedAssertion<'_>) {
        self.decoy.verify(assertion);
    }

    /// RFC 10070 section 3: the issuer identifier, and nothing else.
    fn check_audience(&self, claims: &Claims<'_>) -> Result<(), AssertionError> {
        let aud = claims.aud.as_ref();
        let aud = aud.ok_or(AssertionError::MissingClaim("aud"))?;
        let is_ours = |sole: &str| self.audiences.iter().any(|each| each == sole);
        if aud.sole().is_some_and(is_ours) {
            return Ok(());
        }
        Err(AssertionError::Audience {
            found: Excerpt::new(&aud.to_string()),
            expected: self.audiences.clone(),
        })
    }

    /// RFC 7523 section 3 items 4 to 6.
    fn check_time(&self, times: &Times, now: Timestamp) -> Result<(), AssertionError> {
        let (skew, limit) = (self.skew, self.max_lifetime);
        if times.exp.saturating_add(skew) <= now {
            let ago = now.saturating_duration_since(times.exp);
            return Err(AssertionError::Expired { ago, skew });
        }
        let latest = now.saturating_add(skew);
        if let Some(nbf) = times.nbf.filter(|nbf| *nbf > latest) {
            let wait = nbf.saturating_duration_since(now);
            return Err(AssertionError::NotYetValid { wait });
        }
        if let Some(iat) = times.iat.filter(|iat| *iat > latest) {
            let ahead = iat.saturating_duration_since(now);
            return Err(AssertionError::IssuedInFuture { ahead, skew });
        }
        let from_now = times.exp.saturating_duration_since(latest);
        let stated = times
            .iat
            .map(|iat| times.exp.saturating_duration_since(iat));
        let lifetime = from_now.max(stated.unwrap_or_default());
        if lifetime > limit {
            return Err(AssertionError::TooLong { lifetime, limit });
        }
        Ok(())
    }

    /// The key of the assertion, and that of its client. The first piece keeps it apart from the key of a DPoP proof,
    /// which begins with a thumbprint; the client, from another client's `jti`.
    fn replay_key(&self, assertion: &UnverifiedAssertion<'_>) -> (Digest, Digest) {
        let hash = |pieces: &[&str]| {
            let mut hasher = Hasher::default();
            for piece in pieces {
                hasher.update_framed(piece.as_bytes());
            }
            hasher.finish()
        };
        let (issuer, client) = (self.issuer.as_str(), assertion.client_id());
        let key = hash(&[REPLAY_USE, issuer, client, &assertion.jti]);
        (key, hash(&[REPLAY_USE, issuer, client]))
    }
}

/// As long as a thumbprint at least, so that no proof's key can begin like this.
const REPLAY_USE: &str = "client assertion (RFC 7523 section 3 item 7)";
