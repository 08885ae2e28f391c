//! The JOSE header of an access token (RFC 9068 section 2.1), checked against the rules of its issuer.

use super::issuer::Issuer;
use crate::excerpt::Excerpt;
use crate::jose::{Algorithm, JoseHeader};
use crate::token::error::TokenError;

/// Returns the algorithm, if type and header are acceptable for this issuer.
pub(super) fn check(header: &JoseHeader<'_>, issuer: &Issuer) -> Result<Algorithm, TokenError> {
    if header.is_critical() {
        return Err(TokenError::Critical);
    }
    let is_accepted_untyped = issuer.dialect.accepts_untyped() && header.is_untyped();
    if !is_typed(header) && !is_accepted_untyped {
        let found = header.shown_type();
        return Err(TokenError::Type { found });
    }
    let alg = header.alg();
    let alg = alg.ok_or(TokenError::MissingHeaderMember("alg"))?;
    if let Some(length) = header.excessive_kid() {
        return Err(TokenError::KeyIdTooLong(length));
    }
    let algorithm = issuer.algorithms.allowed(alg);
    algorithm.ok_or_else(|| TokenError::Algorithm {
        found: Excerpt::new(alg),
        allowed: issuer.algorithms.to_string(),
    })
}

/// Whether `typ` is that of access tokens.
pub(super) fn is_typed(header: &JoseHeader<'_>) -> bool {
    header.is_type("at+jwt")
}
