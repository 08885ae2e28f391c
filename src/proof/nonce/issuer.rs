//! Issues nonces of one origin, for responses.

use http::HeaderValue;

use super::nonces::Nonces;
use crate::time::Timestamp;

/// The nonces of one resource server.
#[derive(Clone, Debug)]
pub(crate) struct NonceIssuer {
    nonces: Nonces,
    origin: Box<str>,
}

impl NonceIssuer {
    pub(in crate::proof) fn new(nonces: Nonces, origin: &str) -> Self {
        Self {
            nonces,
            origin: origin.into(),
        }
    }

    /// A nonce of this time. Base64url is always valid in a header.
    pub(crate) fn issue(&self, now: Timestamp) -> Option<HeaderValue> {
        HeaderValue::try_from(self.nonces.issue(&self.origin, now)).ok()
    }

    /// Whether this is a nonce of this server, issued since a time. The clock may have advanced beyond it.
    pub(crate) fn has_issued(&self, nonce: &HeaderValue, since: Timestamp) -> bool {
        let text = nonce.to_str();
        text.is_ok_and(|text| self.nonces.have_issued(text, &self.origin, since))
    }

    /// Whether every proof needs a nonce.
    pub(crate) const fn is_required(&self) -> bool {
        self.nonces.is_required()
    }
}
