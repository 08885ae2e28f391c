//! Which of the keys that fit a token made its signature (RFC 7515 appendix D leaves the search to the recipient).

use std::sync::Arc;

use super::error::TokenError;
use crate::jose::Algorithm;
use crate::keys::VerificationKey;

/// The key that the signature verifies with.
///
/// Keys whose own `alg` names the algorithm come first, otherwise the order of the key set holds. Anyone can send a
/// token without `kid`, so the number of verifications has a limit.
pub(super) fn verifying_key(
    mut candidates: Vec<Arc<VerificationKey>>,
    algorithm: Algorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<Arc<VerificationKey>, TokenError> {
    candidates.sort_by_key(|key| !key.states_algorithm());
    let tried = candidates.len().min(MAX_CANDIDATES);
    let untried = candidates.len().saturating_sub(tried);
    candidates
        .into_iter()
        .take(tried)
        .find(|key| key.verifies(algorithm, message, signature))
        .ok_or(TokenError::Signature { tried, untried })
}

const MAX_CANDIDATES: usize = 16;
