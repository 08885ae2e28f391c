//! The `Authorization` header (RFC 9110 section 11.6.2): exactly one, a known scheme, one token68.
//!
//! A token in a query parameter, a form body or a cookie is not accepted (RFC 9700 section 4.3.2): these are not read,
//! except by the strict option that refuses `access_token` in the query.

use std::fmt;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, Uri};

/// How the token was presented.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Scheme {
    /// RFC 6750.
    Bearer,
    /// RFC 9449 section 7.1.
    Dpop,
}

impl fmt::Display for Scheme {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Bearer => "Bearer",
            Self::Dpop => "DPoP",
        })
    }
}

/// Why a request has no usable credentials.
#[derive(Clone, Copy, Debug, Eq, PartialEq, strum::IntoStaticStr, thiserror::Error)]
#[non_exhaustive]
#[strum(serialize_all = "snake_case", prefix = "credentials_")]
pub enum CredentialsError {
    /// No `Authorization` header, because another guard accepted the request and removed it. The guard is layered twice.
    #[error(
        "there is no Authorization header, because a guard accepted this request before and removed it: apply one \
         guard to a route"
    )]
    AlreadyChecked,
    /// The scheme is not followed by exactly one token68 (RFC 9110 section 11.4).
    #[error("the Authorization header is not `<scheme> <token>`")]
    Malformed,
    /// No `Authorization` header.
    #[error("there is no Authorization header")]
    Missing,
    /// `access_token` in the query, which the strict option refuses.
    #[error("the query has an access_token, which `refuse_query_tokens` forbids")]
    QueryToken,
    /// Several `Authorization` headers (RFC 6750 section 3.1).
    #[error("there is more than one Authorization header")]
    Repeated,
    /// The token is longer than the limit.
    #[error("the access token has {length} bytes, which exceeds the limit of {limit}")]
    TokenTooLarge {
        /// The token's length in bytes.
        length: usize,
        /// The accepted length in bytes.
        limit: usize,
    },
    /// A scheme that the guard does not support: treated as no credentials.
    #[error("the Authorization scheme is neither DPoP nor Bearer, or not enabled here")]
    UnsupportedScheme,
}

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
        let scheme = scheme.ok_or(BadCredentials {
            scheme: None,
            error: CredentialsError::UnsupportedScheme,
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
