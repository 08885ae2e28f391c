//! The schemes of access tokens, and why a request has no usable credentials (RFC 6750 section 3.1).

use std::fmt;

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
    /// Another guard accepted the request before, and used up its proof: guards are layered around each other.
    #[error("a guard accepted this request before: apply one guard to a route")]
    AlreadyChecked,
    /// Scheme `DPoP`, which is unsupported at a guard without [`GuardBuilder::dpop`](crate::GuardBuilder::dpop):
    /// treated as no credentials.
    #[strum(serialize = "unsupported_scheme")]
    #[error(
        "the Authorization scheme is DPoP, which this guard does not accept; configure with `GuardBuilder::dpop`"
    )]
    DpopNotConfigured,
    /// The scheme is not followed by exactly one token68 (RFC 9110 section 11.4).
    #[error("the Authorization header is not `<scheme> <token>`")]
    Malformed,
    /// No `Authorization` header.
    #[error("there is no Authorization header")]
    Missing,
    /// A CORS preflight without credentials (Fetch standard, "CORS-preflight request"): treated as no credentials.
    #[strum(serialize = "missing")]
    #[error(
        "a CORS preflight reached the guard without credentials: apply the CORS layer outside of the guard, where it \
         answers preflights itself"
    )]
    Preflight,
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
    /// A scheme other than `Bearer` and `DPoP`: treated as no credentials.
    #[error(
        "the Authorization scheme is {found}, but this guard accepts access tokens under `DPoP` and `Bearer` only"
    )]
    UnsupportedScheme {
        /// The scheme.
        found: UnsupportedScheme,
    },
}

/// A scheme that the guard does not support. `Display` shows only the names of registered schemes: without a scheme,
/// the first word of the header is the token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct UnsupportedScheme(Option<&'static str>);

impl UnsupportedScheme {
    pub(super) fn named(name: &[u8]) -> Self {
        let is_named = |known: &&str| name.eq_ignore_ascii_case(known.as_bytes());
        Self(KNOWN_SCHEMES.into_iter().find(is_named))
    }
}

impl fmt::Display for UnsupportedScheme {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.unwrap_or("missing or unknown"))
    }
}

/// The IANA registry of HTTP authentication schemes, and what else is in use.
const KNOWN_SCHEMES: [&str; 17] = [
    "ApiKey",
    "AWS4-HMAC-SHA256",
    "Basic",
    "Concealed",
    "Digest",
    "GNAP",
    "HOBA",
    "Mutual",
    "Negotiate",
    "NTLM",
    "OAuth",
    "PrivateToken",
    "SCRAM-SHA-1",
    "SCRAM-SHA-256",
    "SharedKey",
    "Token",
    "vapid",
];
