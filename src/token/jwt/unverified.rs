//! An access token before its signature is verified: decoded and parsed only (RFC 9068 section 2).

use super::header::Header;
use super::issuer::Issuer;
use crate::crypto::decode;
use crate::jose::{Compact, parse};
use crate::keys::KeyHint;
use crate::token::claims::RawClaims;
use crate::token::error::TokenError;
use crate::token::verifier::PresentedToken;

/// The parts of a compact JWS, decoded.
pub(super) struct DecodedToken<'a> {
    jws: Compact<'a>,
    header: Vec<u8>,
    payload: Vec<u8>,
}

/// Header and claims; anyone may have written them.
pub(super) struct UnverifiedToken<'a> {
    header: Header<'a>,
    pub(super) claims: RawClaims<'a>,
    /// The claims as JSON.
    pub(super) payload: &'a [u8],
}

impl<'a> DecodedToken<'a> {
    pub(super) fn new(token: &PresentedToken<'a>) -> Result<Self, TokenError> {
        let text = token.expose_secret().as_bytes();
        let jws = Compact::parse(text).ok_or(TokenError::NotAJws)?;
        Ok(Self {
            header: decode(jws.header()).ok_or(TokenError::NotAJws)?,
            payload: decode(jws.payload()).ok_or(TokenError::NotAJws)?,
            jws,
        })
    }

    pub(super) fn parse(&self) -> Result<UnverifiedToken<'_>, TokenError> {
        Ok(UnverifiedToken {
            header: parse(&self.header).map_err(TokenError::Header)?,
            claims: RawClaims::parse(&self.payload).map_err(TokenError::Payload)?,
            payload: &self.payload,
        })
    }

    /// What the signature covers.
    pub(super) fn signing_input(&self) -> &[u8] {
        self.jws.signing_input()
    }

    /// The signature, unless it is not base64url of a possible signature length.
    pub(super) fn signature(&self) -> Result<Vec<u8>, TokenError> {
        let signature = decode(self.jws.signature());
        let signature = signature.filter(|signature| signature.len() <= MAX_SIGNATURE_BYTES);
        signature.ok_or(TokenError::Signature {
            tried: 0,
            untried: 0,
        })
    }
}

impl UnverifiedToken<'_> {
    /// Whether `typ` is that of access tokens.
    pub(super) fn is_typed(&self) -> bool {
        self.header.is_typed()
    }

    /// Which key is needed, if the header is acceptable for this issuer.
    pub(super) fn hint(&self, issuer: &Issuer) -> Result<KeyHint<'_>, TokenError> {
        let algorithm = self.header.check(issuer)?;
        let hint = KeyHint::new(self.header.kid.as_deref(), algorithm);
        Ok(hint.with_issued_at(self.claims.iat))
    }
}

/// The signature length of an 8192-bit RSA key.
const MAX_SIGNATURE_BYTES: usize = 1024;
