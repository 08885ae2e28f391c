//! Determines which of the client's keys signed an assertion (RFC 7515 appendix D leaves the search to the recipient).

use std::sync::Arc;

use super::error::{AssertionCheckError, AssertionError};
use super::unverified::UnverifiedAssertion;
use crate::excerpt::Excerpt;
use crate::keys::{KeySource, VerificationKey};
use crate::time::Timestamp;

/// Verifies the signature with the keys of the client, and with newer ones if those at hand do not verify it.
pub(super) async fn verify(
    assertion: &UnverifiedAssertion<'_>,
    keys: &dyn KeySource,
    now: Timestamp,
) -> Result<(), AssertionCheckError> {
    let hint = assertion.hint();
    let known = keys
        .find(&hint, now)
        .await
        .map_err(|error| error.named(assertion.client_id()))?;
    if known.is_empty() {
        return Err(AssertionError::UnknownKey {
            kid: Excerpt::new(hint.kid().unwrap_or_default()),
            algorithm: hint.algorithm().name(),
            skipped: hint.kid().and_then(|kid| keys.skip_reason(kid, now)),
        }
        .into());
    }
    let Err(refusal) = verify_with(assertion, known.clone()) else {
        return Ok(());
    };
    let newer = keys.find_newer(&hint, now).await;
    let mut newer = newer.map_err(|error| error.named(assertion.client_id()))?;
    newer.retain(|key| !known.iter().any(|each| Arc::ptr_eq(each, key)));
    Ok(verify_with(assertion, newer).map_err(|_| refusal)?)
}

/// Tries keys whose own `alg` names the algorithm first. Anyone can send an assertion without `kid`, so the number of
/// verifications is limited.
pub(super) fn verify_with(
    assertion: &UnverifiedAssertion<'_>,
    mut candidates: Vec<Arc<VerificationKey>>,
) -> Result<(), AssertionError> {
    candidates.sort_by_key(|key| !key.states_algorithm());
    let tried = candidates.len().min(MAX_CANDIDATES);
    let untried = candidates.len().saturating_sub(tried);
    let (message, signature) = (assertion.signing_input(), &assertion.signature);
    let holds = |key: &Arc<VerificationKey>| key.verifies(assertion.algorithm, message, signature);
    if candidates.iter().take(tried).any(holds) {
        return Ok(());
    }
    Err(AssertionError::Signature { tried, untried })
}

const MAX_CANDIDATES: usize = 16;
