//! The JOSE header of a client assertion (RFC 10070 section 4).

use super::error::AssertionError;
use crate::excerpt::Excerpt;
use crate::jose::{Algorithm, AlgorithmList, JoseHeader};

/// Returns the algorithm, if the header is acceptable.
pub(super) fn check(
    header: &JoseHeader<'_>,
    allowed: &AlgorithmList,
    accept_untyped: bool,
) -> Result<Algorithm, AssertionError> {
    if header.is_critical() {
        return Err(AssertionError::Critical);
    }
    let is_accepted_untyped = accept_untyped && header.is_untyped();
    if !is_typed(header) && !is_accepted_untyped {
        let found = header.shown_type();
        return Err(AssertionError::Type { found });
    }
    if let Some(length) = header.excessive_kid() {
        return Err(AssertionError::KeyIdTooLong(length));
    }
    let alg = header.alg();
    let alg = alg.ok_or(AssertionError::MissingHeaderMember("alg"))?;
    let algorithm = allowed.allowed(alg);
    algorithm.ok_or_else(|| AssertionError::Algorithm {
        found: Excerpt::new(alg),
        allowed: allowed.to_string(),
    })
}

/// Whether `typ` is that of client assertions.
pub(super) fn is_typed(header: &JoseHeader<'_>) -> bool {
    header.is_type("client-authentication+jwt")
}
