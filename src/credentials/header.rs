//! Reads the `Authorization` header (RFC 9110 section 11.6.2): exactly one, a known scheme, one token68.
//!
//! A token in a query parameter, a form body or a cookie is not accepted (RFC 9700 section 4.3.2): these are not read,
//! except by the strict option that refuses `access_token` in the query.

use http::header::{ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION, ORIGIN};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Uri};

use super::error::{CredentialsError, Scheme, UnsupportedScheme};

/// Unusable credentials, and their scheme if there is exactly one that the guard accepts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BadCredentials {
    pub(crate) scheme: Option<Scheme>,
    pub(crate) error: CredentialsError,
}

/// A scheme and a well-formed token; nothing is verified.
#[derive(Clone, Copy)]
pub(crate) struct Credentials<'a> {
    pub(crate) scheme: Scheme,
    /// ASCII.
    pub(crate) token: &'a [u8],
}

impl BadCredentials {
    const fn new(scheme: Option<Scheme>, error: CredentialsError) -> Self {
        Self { scheme, error }
    }
}

impl<'a> Credentials<'a> {
    /// Without `takes_dpop`, `DPoP` is an unsupported scheme like any other.
    pub(crate) fn read(headers: &'a HeaderMap, takes_dpop: bool) -> Result<Self, BadCredentials> {
        let mut fields = headers.get_all(AUTHORIZATION).iter();
        let field = fields.next().ok_or(BadCredentials {
            scheme: None,
            error: CredentialsError::Missing,
        })?;
        let split = |field: &'a HeaderValue| {
            let (scheme, rest) = split_scheme(field.as_bytes());
            let served = |scheme: &Scheme| *scheme != Scheme::Dpop || takes_dpop;
            (scheme.filter(served), rest)
        };
        let (scheme, rest) = split(field);
        if fields.next().is_some() {
            let all_alike = headers
                .get_all(AUTHORIZATION)
                .iter()
                .all(|each| split(each).0 == scheme);
            let scheme = scheme.filter(|_| all_alike);
            return Err(BadCredentials::new(scheme, CredentialsError::Repeated));
        }
        let scheme = scheme.ok_or_else(|| BadCredentials {
            scheme: None,
            error: unsupported(field.as_bytes()),
        })?;
        let token = token68(rest).ok_or(BadCredentials {
            scheme: Some(scheme),
            error: CredentialsError::Malformed,
        })?;
        if token.len() > MAX_TOKEN_BYTES {
            let (length, limit) = (token.len(), MAX_TOKEN_BYTES);
            let error = CredentialsError::TokenTooLarge { length, limit };
            return Err(BadCredentials::new(Some(scheme), error));
        }
        Ok(Self { scheme, token })
    }
}

/// Whether there is no `Authorization` header at all.
pub(crate) fn is_absent(headers: &HeaderMap) -> bool {
    !headers.contains_key(AUTHORIZATION)
}

/// Whether the request has the form of a CORS preflight (Fetch standard, "CORS-preflight request").
pub(crate) fn is_preflight(head: &Parts) -> bool {
    head.method == Method::OPTIONS
        && head.headers.contains_key(ORIGIN)
        && head.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// Whether the query has a parameter `access_token` (RFC 6750 section 2.3).
pub(crate) fn has_query_token(uri: &Uri) -> bool {
    let mut parameters = uri.query().unwrap_or_default().split('&');
    parameters.any(|parameter| {
        let name = parameter.split('=').next().unwrap_or_default();
        url::form_urlencoded::parse(name.as_bytes()).any(|(name, _)| name == "access_token")
    })
}

/// Removes the token, so that inner services cannot log or forward it.
pub(crate) fn remove(headers: &mut HeaderMap) {
    headers.remove(AUTHORIZATION);
}

/// The scheme, compared without case (RFC 9110 section 11.1), and what follows it.
fn split_scheme(field: &[u8]) -> (Option<Scheme>, &[u8]) {
    if let Some(b"DPoP ") = field.first_chunk() {
        // As most clients write it.
        let (_, rest) = field.split_at(b"DPoP".len());
        return (Some(Scheme::Dpop), rest);
    }
    let end = field.iter().position(|byte| !is_token(*byte));
    let (name, rest) = field.split_at(end.unwrap_or(field.len()));
    let scheme = if name.eq_ignore_ascii_case(b"DPoP") {
        Some(Scheme::Dpop)
    } else if name.eq_ignore_ascii_case(b"Bearer") {
        Some(Scheme::Bearer)
    } else {
        None
    };
    (scheme, rest)
}

/// Why the scheme of this field is not served.
fn unsupported(field: &[u8]) -> CredentialsError {
    if split_scheme(field).0.is_some() {
        return CredentialsError::DpopNotConfigured;
    }
    let name = field.split(|byte| *byte == b' ').next().unwrap_or_default();
    let found = UnsupportedScheme::named(name);
    CredentialsError::UnsupportedScheme { found }
}

/// `1*SP token68`, and nothing else.
fn token68(rest: &[u8]) -> Option<&[u8]> {
    let token = rest.trim_ascii_start();
    let spaces = rest.strip_suffix(token)?;
    let body = token.iter().rposition(|byte| *byte != b'=')?;
    // Checks every byte, because compilers vectorize this.
    let are_token68 = |bytes: &[u8]| bytes.iter().fold(true, |all, byte| all & is_token68(*byte));
    let well_formed = !spaces.is_empty()
        && spaces.iter().all(|byte| *byte == b' ')
        && token.get(..=body).is_some_and(are_token68);
    well_formed.then_some(token)
}

const fn is_token68(byte: u8) -> bool {
    // Without branches, for the same reason.
    let is_letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    // `-`, `.`, `/` and the digits are consecutive.
    let is_digit_or_mark = byte.wrapping_sub(b'-') < 13;
    is_letter | is_digit_or_mark | (byte == b'_') | (byte == b'~') | (byte == b'+')
}

/// `tchar` of RFC 9110 section 5.6.2.
const fn is_token(byte: u8) -> bool {
    matches!(
        byte,
        b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~'
    ) || byte.is_ascii_alphanumeric()
}

const MAX_TOKEN_BYTES: usize = 16 * 1024;
