//! A verified token (RFC 9068 section 2.2), and what it is bound to.

use std::time::Duration;

use super::claims::Claims;
use super::confirmation::Confirmation;
use super::dialect::{Dialect, Reading};
use super::error::TokenError;
use super::raw_claims::RawClaims;
use crate::crypto::Digest;
use crate::jose::Algorithm;
use crate::time::Timestamp;

/// A verified token: its claims, and the confirmation. Does not contain the token's text.
///
/// ```
/// use sender_constraint::token::AccessToken;
///
/// # fn example() -> Result<(), sender_constraint::token::TokenError> {
/// // After a verifier of the application has checked the signature and the claims.
/// let claims = br#"{"iss":"https://as.example.com","sub":"alice","scope":"read write","exp":1790000000,
///     "cnf":{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}}"#;
/// let token = AccessToken::from_verified_claims(claims)?;
/// assert_eq!(token.claims().subject(), Some("alice"));
/// assert!(!token.confirmation().is_unbound());
/// # Ok(())
/// # }
/// # example().unwrap();
/// ```
#[derive(Debug)]
pub struct AccessToken {
    claims: Claims,
    confirmation: Confirmation,
    principal: Option<Digest>,
    /// How long after `exp` the token is accepted.
    leeway: Duration,
    /// `kid` of the key that signed it.
    key_id: Option<Box<str>>,
    /// By which it was signed.
    algorithm: Option<Algorithm>,
}

impl AccessToken {
    /// Creates a verified token from its claims, a JSON object with at least `iss`.
    ///
    /// For verifiers outside this crate: calling it with unverified claims bypasses authentication. Pass the whole
    /// object, so that `cnf` cannot be omitted by mistake. A token without `exp` does not expire here: its verifier
    /// must refuse it in time. The example `validated_elsewhere` does this with the crate `jsonwebtoken`.
    ///
    /// # Errors
    ///
    /// [`TokenError::Payload`], [`TokenError::Confirmation`], [`TokenError::MissingClaim`], or
    /// [`TokenError::ClaimType`] for an `act` claim that is not a chain of actors.
    pub fn from_verified_claims(claims: &[u8]) -> Result<Self, TokenError> {
        Self::from_verified_claims_in(&Dialect::rfc9068(), claims)
    }

    /// Like [`Self::from_verified_claims`], with scope, client and roles as this dialect names them.
    ///
    /// This does not check the dialect's [markers](super::Marker): the verifier must have made sure that the token is
    /// an access token. The response of an introspection endpoint has the claims of RFC 7662 section 2.2 whatever the
    /// issuer's tokens look like, and usually needs no dialect.
    ///
    /// # Errors
    ///
    /// Those of [`Self::from_verified_claims`], and [`TokenError::ClaimType`].
    pub fn from_verified_claims_in(dialect: &Dialect, claims: &[u8]) -> Result<Self, TokenError> {
        let raw = RawClaims::parse(claims).map_err(TokenError::Payload)?;
        let reading = raw.read(dialect, claims)?;
        Self::of(raw, claims, &reading)
    }

    pub(super) fn of(
        mut raw: RawClaims<'_>,
        json: &[u8],
        reading: &Reading<'_>,
    ) -> Result<Self, TokenError> {
        let mut confirmation = match raw.cnf.take() {
            None => Confirmation::unbound(),
            Some(cnf) => cnf.parse().map_err(TokenError::Confirmation)?,
        };
        reading.accept_confirmation(&mut confirmation);
        let claims = raw.into_claims(json, reading)?;
        let principal = claims.principal();
        Ok(Self {
            claims,
            confirmation,
            principal,
            leeway: Duration::ZERO,
            key_id: None,
            algorithm: None,
        })
    }

    /// Accepts the token until `leeway` after its `exp`, for a verifier that allows for clock differences. Without it
    /// the guard refuses the token from `exp` on, regardless of the verifier's result.
    #[must_use]
    pub const fn with_leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// Sets the `kid` of the key that signed the token.
    #[must_use]
    pub fn with_key_id(self, key_id: &str) -> Self {
        Self {
            key_id: Some(key_id.into()),
            ..self
        }
    }

    /// Sets the algorithm of the token's signature, which profiles have rules for
    /// ([`Guard::fapi2`](crate::Guard::fapi2)): of a token without it, the verifier must see to that itself.
    #[must_use]
    pub const fn with_algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = Some(algorithm);
        self
    }

    /// Whether the token is still valid (RFC 9068 section 4). Re-checked when the request is decided: it may have
    /// waited for keys.
    pub(crate) fn check_expiry(&self, now: Timestamp) -> Result<(), TokenError> {
        match self.claims.expires_at() {
            Some(expires_at) if now >= expires_at.saturating_add(self.leeway) => {
                Err(TokenError::Expired {
                    ago: now.saturating_duration_since(expires_at),
                    leeway: self.leeway,
                })
            }
            _ => Ok(()),
        }
    }

    /// When [`Self::check_expiry`] begins to refuse the token; `None` if it has no `exp`.
    pub(crate) fn accepted_until(&self) -> Option<Timestamp> {
        let expires_at = self.claims.expires_at()?;
        Some(expires_at.saturating_add(self.leeway))
    }

    /// `kid` of the key that signed the token, if it is known.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// The algorithm of the signature that was verified; `None` if it is not known, as that of an introspected token.
    #[must_use]
    pub const fn algorithm(&self) -> Option<Algorithm> {
        self.algorithm
    }

    /// A hash of issuer, client and subject: the same for all tokens and keys of a caller. `None` if the token names
    /// neither client nor subject.
    pub(crate) const fn principal(&self) -> Option<&Digest> {
        self.principal.as_ref()
    }

    /// The claims of the token.
    #[must_use]
    pub const fn claims(&self) -> &Claims {
        &self.claims
    }

    /// What the token is bound to.
    #[must_use]
    pub const fn confirmation(&self) -> &Confirmation {
        &self.confirmation
    }
}
