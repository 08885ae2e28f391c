//! A client assertion whose form and claims hold, and whose signature is not verified.

use super::claims::Claims;
use super::error::AssertionError;
use super::header::{check, is_typed};
use crate::excerpt::Excerpt;
use crate::jose::{Algorithm, AlgorithmList, DecodedJws, JoseHeader, parse};
use crate::keys::{KeyHint, Signed};
use crate::time::Timestamp;

/// Anyone may have written it.
pub(in crate::token_endpoint) struct UnverifiedAssertion<'a> {
    signing_input: &'a [u8],
    pub(super) algorithm: Algorithm,
    kid: Option<String>,
    signature: Vec<u8>,
    client_id: String,
    pub(super) jti: String,
    pub(super) times: Times,
}

/// `exp`, `nbf` and `iat`.
#[derive(Clone, Copy)]
pub(super) struct Times {
    pub(super) exp: Timestamp,
    pub(super) nbf: Option<Timestamp>,
    pub(super) iat: Option<Timestamp>,
}

impl<'a> UnverifiedAssertion<'a> {
    /// The client that the assertion names.
    pub(in crate::token_endpoint) fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Which key is needed.
    pub(super) fn hint(&self) -> KeyHint<'_> {
        KeyHint::new(self.kid.as_deref(), self.algorithm).with_issued_at(self.times.iat)
    }

    /// What the signature covers, and the signature.
    pub(super) fn signed(&self) -> Signed<'_> {
        Signed {
            message: self.signing_input,
            signature: &self.signature,
        }
    }

    /// Parses header and claims; of the values, those are checked that do not depend on configuration or time.
    pub(super) fn parse(
        text: &'a str,
        allowed: &AlgorithmList,
        accept_untyped: bool,
        check_audience: impl FnOnce(&Claims<'_>) -> Result<(), AssertionError>,
    ) -> Result<Self, AssertionError> {
        if text.len() > MAX_ASSERTION_BYTES {
            return Err(AssertionError::TooLarge {
                length: text.len(),
                limit: MAX_ASSERTION_BYTES,
            });
        }
        let jws = DecodedJws::new(text.as_bytes()).ok_or(AssertionError::NotAJws)?;
        let header: JoseHeader<'_> = parse(&jws.header).map_err(AssertionError::Header)?;
        let algorithm = check(&header, allowed, accept_untyped)?;
        let claims: Claims<'_> = parse(&jws.payload).map_err(AssertionError::Payload)?;
        if let Some(claim) = claims.foreign.filter(|_| !is_typed(&header)) {
            return Err(AssertionError::UnexpectedClaim(claim));
        }
        let client_id = client_of(&claims)?;
        check_audience(&claims)?;
        Ok(Self {
            signing_input: jws.signing_input(),
            algorithm,
            kid: header.kid().map(Into::into),
            signature: jws.signature().ok_or(UNDECODABLE)?,
            client_id,
            jti: jti_of(&claims)?,
            times: Times {
                exp: claims.exp.ok_or(AssertionError::MissingClaim("exp"))?,
                nbf: claims.nbf,
                iat: claims.iat,
            },
        })
    }
}

/// RFC 7523 section 3 items 1 and 2: for client authentication, both are the client.
fn client_of(claims: &Claims<'_>) -> Result<String, AssertionError> {
    let iss = text("iss", claims.iss.as_deref())?;
    let sub = text("sub", claims.sub.as_deref())?;
    if iss != sub {
        return Err(AssertionError::Subject {
            iss: Excerpt::new(iss),
            sub: Excerpt::new(sub),
        });
    }
    Ok(sub.to_owned())
}

fn jti_of(claims: &Claims<'_>) -> Result<String, AssertionError> {
    let jti = text("jti", claims.jti.as_deref())?;
    if jti.len() > MAX_JTI_BYTES {
        return Err(AssertionError::JtiTooLong(jti.len()));
    }
    Ok(jti.to_owned())
}

fn text<'c>(name: &'static str, claim: Option<&'c str>) -> Result<&'c str, AssertionError> {
    let claim = claim.filter(|claim| !claim.is_empty());
    claim.ok_or(AssertionError::MissingClaim(name))
}

const MAX_ASSERTION_BYTES: usize = 8 * 1024;
const MAX_JTI_BYTES: usize = 512;
/// The signature is not base64url of a possible signature length.
const UNDECODABLE: AssertionError = AssertionError::Signature {
    tried: 0,
    untried: 0,
};
