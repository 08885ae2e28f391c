//! An access token before its signature is verified: decoded and parsed only (RFC 9068 section 2).

use super::header;
use super::issuer::Issuer;
use crate::jose::{DecodedJws, JoseHeader, parse};
use crate::keys::KeyHint;
use crate::token::error::TokenError;
use crate::token::raw_claims::RawClaims;
use crate::token::verifier::PresentedToken;

/// The parts of a compact JWS, decoded.
pub(super) struct DecodedToken<'a>(DecodedJws<'a>);

/// Header and claims; anyone may have written them.
pub(super) struct UnverifiedToken<'a> {
    header: JoseHeader<'a>,
    pub(super) claims: RawClaims<'a>,
    /// The claims as JSON.
    pub(super) payload: &'a [u8],
}

impl<'a> DecodedToken<'a> {
    pub(super) fn new(token: &PresentedToken<'a>) -> Result<Self, TokenError> {
        let text = token.expose_secret().as_bytes();
        DecodedJws::new(text).map(Self).ok_or(TokenError::NotAJws)
    }

    pub(super) fn parse(&self) -> Result<UnverifiedToken<'_>, TokenError> {
        Ok(UnverifiedToken {
            header: parse(&self.0.header).map_err(TokenError::Header)?,
            claims: RawClaims::parse(&self.0.payload).map_err(TokenError::Payload)?,
            payload: &self.0.payload,
        })
    }

    /// What the signature covers.
    pub(super) fn signing_input(&self) -> &[u8] {
        self.0.signing_input()
    }

    /// The signature, unless it is not base64url of a possible signature length.
    pub(super) fn signature(&self) -> Result<Vec<u8>, TokenError> {
        self.0.signature().ok_or(TokenError::Signature {
            tried: 0,
            untried: 0,
        })
    }
}

impl UnverifiedToken<'_> {
    /// Whether `typ` is that of access tokens.
    pub(super) fn is_typed(&self) -> bool {
        header::is_typed(&self.header)
    }

    /// Which key is needed, if the header is acceptable for this issuer.
    pub(super) fn hint(&self, issuer: &Issuer) -> Result<KeyHint<'_>, TokenError> {
        let algorithm = header::check(&self.header, issuer)?;
        let hint = KeyHint::new(self.header.kid(), algorithm);
        Ok(hint.with_issued_at(self.claims.iat))
    }
}
