//! Which claims an access token must have (RFC 9068 section 2.2), or, for an issuer that does not follow it, what
//! distinguishes an access token from other JWTs.

use crate::time::Timestamp;
use crate::token::dialect::Profile;
use crate::token::error::TokenError;
use crate::token::raw_claims::RawClaims;

impl RawClaims<'_> {
    /// Refuses validly signed claims that no access token should have.
    pub(super) fn check_profile(&self, profile: Profile, now: Timestamp) -> Result<(), TokenError> {
        if self.exp.is_none() {
            return Err(TokenError::MissingClaim("exp"));
        }
        match profile {
            Profile::Rfc9068 => self.check_required()?,
            Profile::Untyped => self.check_likely()?,
            Profile::Rules => {}
        }
        self.check_issue_time(now)
    }

    fn check_required(&self) -> Result<(), TokenError> {
        let texts = [
            ("sub", self.sub.as_deref()),
            ("client_id", self.client_id.as_deref()),
            ("jti", self.jti.as_deref()),
        ];
        for (name, text) in texts {
            if text.is_none_or(str::is_empty) {
                return Err(TokenError::MissingClaim(name));
            }
        }
        self.iat.map(drop).ok_or(TokenError::MissingClaim("iat"))
    }

    fn check_likely(&self) -> Result<(), TokenError> {
        if let Some(foreign) = self.foreign {
            return Err(TokenError::UnexpectedClaim(foreign));
        }
        let has_scope = self
            .scope
            .as_ref()
            .is_some_and(|scope| !scope.trim().is_empty());
        if self.client_id.as_deref().is_none_or(str::is_empty) && !has_scope {
            return Err(TokenError::NotAnAccessToken);
        }
        Ok(())
    }
}
