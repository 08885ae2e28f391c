//! Why an access token is refused, one variant a reason. The client learns less: see `response`.

use std::time::Duration;

use super::confirmation::ConfirmationError;
use crate::excerpt::Excerpt;
use crate::jose::JsonError;
use crate::unavailable::Unavailable;

/// Why a token is no good (RFC 9068 section 4), or cannot be judged.
#[derive(Clone, Debug, PartialEq, strum::IntoStaticStr, thiserror::Error)]
#[non_exhaustive]
#[strum(serialize_all = "snake_case", prefix = "token_")]
pub enum TokenError {
    /// `alg` is not in the issuer's list.
    #[error("the token's `alg` {found} is not among {allowed}; `Issuer::algorithms` governs this")]
    Algorithm {
        /// What the token names.
        found: Excerpt,
        /// What is configured for the issuer.
        allowed: String,
    },
    /// `aud` has none of this server's identifiers.
    #[error(
        "the token is for audience {found}, this server answers to {expected:?}; \
         `JwtVerifier::new` and `JwtVerifier::add_audience` govern this"
    )]
    Audience {
        /// What the token names.
        found: Excerpt,
        /// What is configured.
        expected: Vec<String>,
    },
    /// A claim that only another kind of JWT carries, in a token without the type of an access token.
    #[error("the token has a `{0}` claim: it is another kind of JWT, not an access token")]
    UnexpectedClaim(&'static str),
    /// `cnf` cannot be read.
    #[error("the token's `cnf` is refused: {0}")]
    Confirmation(ConfirmationError),
    /// A header member that changes how the JWS is read: `crit` (RFC 7515 section 4.1.11), `zip`, or `b64` (RFC 7797)
    /// that is false.
    #[error("the token's header has `crit`, `zip` or a false `b64`")]
    Critical,
    /// `exp` has passed.
    #[error(
        "the token expired {ago:?} ago (leeway {leeway:?}; `JwtVerifier::leeway` governs this)"
    )]
    Expired {
        /// Time since.
        ago: Duration,
        /// Time granted for clocks that differ.
        leeway: Duration,
    },
    /// The header is not a strict JSON object.
    #[error("the token's header is refused: {0}")]
    Header(JsonError),
    /// The issuer says that the token is not active (RFC 7662 section 2.2). For verifiers that ask it.
    #[error("the issuer says that the token is not active")]
    Inactive,
    /// `iat` lies ahead.
    #[error("the token was issued {ahead:?} in the future (60s are accepted): check both clocks")]
    IssuedInFuture {
        /// How far ahead.
        ahead: Duration,
    },
    /// No issuer of this name is configured.
    #[error("the token's issuer is {found}, configured are {expected:?}; compared byte for byte")]
    Issuer {
        /// What the token names.
        found: Excerpt,
        /// What is configured.
        expected: Vec<String>,
    },
    /// `kid` is longer than the limit.
    #[error("the token's `kid` has {0} bytes, too many")]
    KeyIdTooLong(usize),
    /// A required claim is missing or empty.
    #[error("the token has no `{0}` claim (RFC 9068 section 2.2)")]
    MissingClaim(&'static str),
    /// A required header member is missing.
    #[error("the token's header has no `{0}`")]
    MissingHeaderMember(&'static str),
    /// Not a compact JWS; also JWE, which is not supported.
    #[error(
        "the token is not a compact JWS; opaque, encrypted and unsigned tokens are not supported"
    )]
    NotAJws,
    /// `nbf` lies ahead.
    #[error("the token is not valid for another {wait:?} by its `nbf`")]
    NotYetValid {
        /// Time until.
        wait: Duration,
    },
    /// The claims are not a strict JSON object.
    #[error("the token's claims are refused: {0}")]
    Payload(JsonError),
    /// The signature does not verify with any key that was tried.
    #[error(
        "the token's signature does not verify with a key of the issuer ({tried} tried, {untried} left untried)"
    )]
    Signature {
        /// How many keys were tried; none, if the signature is not even base64url of the length of a signature.
        tried: usize,
        /// How many more keys fit. At most 16 are tried, those whose own `alg` names the algorithm first: an issuer
        /// with more keys of a type needs `kid` in its tokens.
        untried: usize,
    },
    /// `typ` is not `at+jwt`.
    #[error(
        "the token's `typ` is {found}, not \"at+jwt\" (RFC 9068 section 4); \
         for an issuer that never sets it there is `Issuer::accept_untyped_tokens`"
    )]
    Type {
        /// What the token names.
        found: Excerpt,
    },
    /// A dependency is unavailable, so that the token cannot be verified. Refused with 503.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The issuer has no key of this `kid` and algorithm, also after a refresh.
    #[error("issuer {issuer:?} has no key for `kid` {kid} and algorithm {algorithm}")]
    UnknownKey {
        /// The issuer.
        issuer: String,
        /// What the token names.
        kid: Excerpt,
        /// The token's algorithm.
        algorithm: &'static str,
    },
    /// Neither `client_id` nor `scope`, in a token without the type of an access token.
    #[error("the token has neither `client_id` nor `scope`: it is not an access token")]
    NotAnAccessToken,
}
