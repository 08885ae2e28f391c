//! The `DPoP` header (RFC 9449 section 4.1) and the claims in it; only their syntax is checked here.

use std::borrow::Cow;

use http::{HeaderMap, HeaderName};
use serde::de::MapAccess;

use super::error::ProofError;
use crate::jose::{Compact, Object, Reader};
use crate::time::Timestamp;

/// RFC 9449 section 4.3 items 1 and 2.
pub(super) fn proof_header(headers: &HeaderMap) -> Result<Compact<'_>, ProofError> {
    let mut fields = headers.get_all(DPOP).iter();
    let field = fields.next().ok_or(ProofError::Missing)?;
    if fields.next().is_some() {
        return Err(ProofError::Repeated);
    }
    if field.len() > MAX_PROOF_BYTES {
        return Err(ProofError::TooLarge {
            length: field.len(),
            limit: MAX_PROOF_BYTES,
        });
    }
    Compact::parse(field.as_bytes()).ok_or(ProofError::NotAJws)
}

/// A required claim that must not be empty: section 4.3 item 3.
pub(super) fn required_text<'a>(
    name: &'static str,
    claim: &'a Option<Cow<'_, str>>,
) -> Result<&'a str, ProofError> {
    match claim.as_deref() {
        None => Err(ProofError::MissingClaim(name)),
        Some("") => Err(ProofError::EmptyClaim(name)),
        Some(text) => Ok(text),
    }
}

/// The claims of a proof (RFC 9449 section 4.2); others are ignored.
#[derive(Debug, Default)]
pub(super) struct Claims<'a> {
    pub(super) jti: Option<Cow<'a, str>>,
    pub(super) htm: Option<Cow<'a, str>>,
    pub(super) htu: Option<Cow<'a, str>>,
    pub(super) ath: Option<Cow<'a, str>>,
    pub(super) iat: Option<Timestamp>,
    pub(super) exp: Option<Timestamp>,
    pub(super) nbf: Option<Timestamp>,
    pub(super) nonce: Option<Cow<'a, str>>,
    /// Also for a `nonce` that is not a string, which counts only if nonces are configured.
    pub(super) has_nonce: bool,
}

impl<'de> Object<'de> for Claims<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader<'_, A>,
    ) -> Result<bool, A::Error> {
        match name {
            "jti" => reader.text("jti", &mut self.jti),
            "htm" => reader.text("htm", &mut self.htm),
            "htu" => reader.text("htu", &mut self.htu),
            "ath" => reader.text("ath", &mut self.ath),
            "iat" => reader.value("iat", &mut self.iat),
            "exp" => reader.value("exp", &mut self.exp),
            "nbf" => reader.value("nbf", &mut self.nbf),
            "nonce" => reader.text_or_other("nonce", &mut self.nonce, &mut self.has_nonce),
            _ => Ok(false),
        }
    }
}

/// Removes the proof: it is bound to this URI, so it is useless to inner services.
pub(crate) fn remove_proof(headers: &mut HeaderMap) {
    headers.remove(DPOP);
}

/// Whether the request carries a `DPoP` header at all.
pub(crate) fn has_proof(headers: &HeaderMap) -> bool {
    headers.contains_key(DPOP)
}

const DPOP: HeaderName = HeaderName::from_static("dpop");
/// A proof with the largest RSA key is about 3 KiB.
const MAX_PROOF_BYTES: usize = 8 * 1024;
