//! The key of the client that signed an assertion (RFC 7523 section 3 item 9).

use super::error::{AssertionCheckError, AssertionError};
use super::unverified::UnverifiedAssertion;
use crate::excerpt::Excerpt;
use crate::keys::{KeyHint, KeySearch, KeySearchError, KeySource};
use crate::time::Timestamp;

/// Verifies the signature with the keys of the client, and with newer ones if those at hand do not verify it.
pub(super) async fn verify(
    assertion: &UnverifiedAssertion<'_>,
    keys: &dyn KeySource,
    now: Timestamp,
) -> Result<(), AssertionCheckError> {
    let hint = assertion.hint();
    let search = KeySearch {
        keys,
        hint: &hint,
        signed: assertion.signed(),
        now,
    };
    match search.find(None).await {
        Ok(_) => Ok(()),
        Err(error) => Err(refusal(error, &hint, assertion.client_id())),
    }
}

fn refusal(error: KeySearchError, hint: &KeyHint<'_>, client_id: &str) -> AssertionCheckError {
    match error {
        KeySearchError::Signature(count) => AssertionError::Signature {
            tried: count.tried,
            untried: count.untried,
        }
        .into(),
        KeySearchError::Unavailable(unavailable) => unavailable.named(client_id).into(),
        KeySearchError::UnknownKey(skipped) => AssertionError::UnknownKey {
            kid: Excerpt::new(hint.kid().unwrap_or_default()),
            algorithm: hint.algorithm().name(),
            skipped,
        }
        .into(),
    }
}
