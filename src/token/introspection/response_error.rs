//! Why the response of an introspection endpoint cannot be used. The client did nothing wrong: it is answered with 503.

use crate::excerpt::Excerpt;
use crate::jose::JsonError;
use crate::unavailable::Unavailable;

#[derive(Debug, thiserror::Error)]
pub(super) enum ResponseError {
    #[error("the response has no `active` (RFC 7662 section 2.2)")]
    Active,
    #[error(
        "the signed response's `alg` {found} is not among {allowed}; configure with `Introspection::response_algorithms`"
    )]
    Algorithm { found: Excerpt, allowed: String },
    #[error(
        "the signed response's `aud` does not contain {client_id:?}, the client identifier of this server"
    )]
    Audience { client_id: String },
    #[error("the signed response's header has `crit`, `zip` or a false `b64`")]
    Critical,
    #[error("the signed response's `iat` differs from this clock by more than 60s, or is missing")]
    IssuedAt,
    #[error("the signed response's `iss` is {found}, not the configured issuer")]
    Issuer { found: Excerpt },
    #[error("the response is refused: {0}")]
    Json(JsonError),
    #[error(transparent)]
    Keys(#[from] Unavailable),
    #[error(
        "the content type of the response is {found}, not {expected}; configure with `require_signed_responses`"
    )]
    MediaType {
        found: Excerpt,
        expected: &'static str,
    },
    #[error("the signed response is not a compact JWS; encrypted responses are not supported")]
    NotAJws,
    #[error("the signed response's signature does not verify with a key of the issuer")]
    Signature,
    #[error("the response has {length} bytes, which exceeds the limit of {limit}")]
    TooLarge { length: usize, limit: usize },
    #[error("the signed response's `typ` is {found}, not \"token-introspection+jwt\"")]
    Type { found: Excerpt },
}
