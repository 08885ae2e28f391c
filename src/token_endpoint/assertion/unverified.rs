//! A client assertion whose form and claims hold, and whose signature is not verified.

use super::claims::Claims;
use super::error::AssertionError;
use super::header::Header;
use crate::crypto::decode;
use crate::excerpt::Excerpt;
use crate::jose::{Algorithm, AlgorithmList, Compact, parse};
use crate::keys::KeyHint;
use crate::time::Timestamp;

/// Anyone may have written it.
pub(in crate::token_endpoint) struct UnverifiedAssertion<'a> {
    jws: Compact<'a>,
    pub(super) algorithm: Algorithm,
    kid: Option<String>,
    pub(super) signature: Vec<u8>,
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

    /// What the signature covers.
    pub(super) fn signing_input(&self) -> &[u8] {
        self.jws.signing_input()
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
        let jws = Compact::parse(text.as_bytes()).ok_or(AssertionError::NotAJws)?;
        let header = decode(jws.header()).ok_or(AssertionError::NotAJws)?;
        let payload = decode(jws.payload()).ok_or(AssertionError::NotAJws)?;
        let header: Header<'_> = parse(&header).map_err(AssertionError::Header)?;
        let algorithm = header.check(allowed, accept_untyped)?;
        let claims: Claims<'_> = parse(&payload).map_err(AssertionError::Payload)?;
        if let Some(claim) = claims.foreign.filter(|_| !header.is_typed()) {
            return Err(AssertionError::UnexpectedClaim(claim));
        }
        let client_id = client_of(&claims)?;
        check_audience(&claims)?;
        Ok(Self {
            jws,
            algorithm,
            kid: header.kid.map(Into::into),
            signature: signature(&jws)?,
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

fn signature(jws: &Compact<'_>) -> Result<Vec<u8>, AssertionError> {
    let signature = decode(jws.signature());
    let signature = signature.filter(|signature| signature.len() <= MAX_SIGNATURE_BYTES);
    signature.ok_or(AssertionError::Signature {
        tried: 0,
        untried: 0,
    })
}

const MAX_ASSERTION_BYTES: usize = 8 * 1024;
const MAX_JTI_BYTES: usize = 512;
/// The signature length of an 8192-bit RSA key.
const MAX_SIGNATURE_BYTES: usize = 1024;
