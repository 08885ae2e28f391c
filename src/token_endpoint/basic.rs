//! The credentials in an `Authorization` header of the scheme `Basic` (RFC 7617 section 2), as RFC 6749 section 2.3.1
//! has clients encode them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, HeaderMap};

use super::error::ClientAuthError;
use super::parameters::form_decode;

/// Identifier and secret of a client.
pub(super) struct Basic {
    pub(super) client_id: String,
    pub(super) secret: String,
}

impl Basic {
    /// The credentials of a request; `None` if it has no `Authorization` header.
    pub(super) fn of_request(headers: &HeaderMap) -> Result<Option<Self>, ClientAuthError> {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let Some(value) = values.next() else {
            return Ok(None);
        };
        if values.next().is_some() {
            return Err(ClientAuthError::RepeatedAuthorization);
        }
        let basic = Self::parse(value.as_bytes());
        basic.map(Some).ok_or(ClientAuthError::Authorization)
    }

    fn parse(value: &[u8]) -> Option<Self> {
        let (scheme, encoded) = value.split_at_checked(SCHEME.len())?;
        if !scheme.eq_ignore_ascii_case(SCHEME) || encoded.len() > MAX_ENCODED_BYTES {
            return None;
        }
        let decoded = STANDARD.decode(encoded.trim_ascii_start()).ok()?;
        let mut parts = decoded.splitn(2, |byte| *byte == b':');
        Some(Self {
            client_id: form_decode(parts.next()?)?,
            secret: form_decode(parts.next()?)?,
        })
    }
}

/// Whether the request has an `Authorization` header.
pub(super) fn has_authorization(headers: &HeaderMap) -> bool {
    headers.contains_key(AUTHORIZATION)
}

const SCHEME: &[u8] = b"Basic ";
/// An identifier of 512 characters, and a secret of as many, percent-encoded.
const MAX_ENCODED_BYTES: usize = 4 * 1024;
