//! Why an answer of an introspection endpoint cannot be used. The client did nothing wrong: it is answered with 503.

use crate::excerpt::Excerpt;
use crate::jose::JsonError;
use crate::unavailable::Unavailable;

#[derive(Debug, thiserror::Error)]
pub(super) enum AnswerError {
    #[error("the answer has no `active` (RFC 7662 section 2.2)")]
    Active,
    #[error(
        "the signed answer's `alg` {found} is not among {allowed}; configure with `Introspection::answer_algorithms`"
    )]
    Algorithm { found: Excerpt, allowed: String },
    #[error(
        "the signed answer's `aud` does not contain {client_id:?}, the client identifier of this server"
    )]
    Audience { client_id: String },
    #[error("the signed answer's header has `crit`, `zip` or a false `b64`")]
    Critical,
    #[error("the signed answer's `iat` differs from this clock by more than 60s, or is missing")]
    IssuedAt,
    #[error("the signed answer's `iss` is {found}, not the configured issuer")]
    Issuer { found: Excerpt },
    #[error("the answer is refused: {0}")]
    Json(JsonError),
    #[error(transparent)]
    Keys(#[from] Unavailable),
    #[error(
        "the content type of the answer is {found}, not {expected}; configure with `require_signed_answers`"
    )]
    MediaType {
        found: Excerpt,
        expected: &'static str,
    },
    #[error("the signed answer is not a compact JWS; encrypted answers are not supported")]
    NotAJws,
    #[error("the signed answer's signature does not verify with a key of the issuer")]
    Signature,
    #[error("the answer has {length} bytes, which exceeds the limit of {limit}")]
    TooLarge { length: usize, limit: usize },
    #[error("the signed answer's `typ` is {found}, not \"token-introspection+jwt\"")]
    Type { found: Excerpt },
}
