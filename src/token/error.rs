//! The reasons for refusing an access token, one variant each. The client learns less: see `response`.

use std::time::Duration;

use super::confirmation::ConfirmationError;
use crate::excerpt::Excerpt;
use crate::jose::{Algorithm, JsonError};
use crate::keys::SkipReason;
use crate::near_miss::near_miss;
use crate::unavailable::Unavailable;

/// Why a token is refused (RFC 9068 section 4), or cannot be verified.
#[derive(Clone, Debug, PartialEq, strum::IntoStaticStr, thiserror::Error)]
#[non_exhaustive]
#[strum(serialize_all = "snake_case", prefix = "token_")]
pub enum TokenError {
    /// `alg` is not in the issuer's list.
    #[error(
        "the token's `alg` {found} is not among {allowed}; configure with `Issuer::algorithms`"
    )]
    Algorithm {
        /// The token's value.
        found: Excerpt,
        /// The issuer's configured algorithms.
        allowed: String,
    },
    /// The token is signed with an algorithm that the guard's profile does not allow.
    #[error(
        "the token is signed with {0}, but `Guard::fapi2` accepts PS256, ES256 and EdDSA (FAPI 2.0 section 5.4.1): \
         configure the issuer to sign with one of them"
    )]
    AlgorithmNotInProfile(Algorithm),
    /// `aud` contains none of this server's identifiers.
    #[error(
        "the token's audience is {found}, but this server accepts {expected:?}{}; \
         configure with `JwtVerifier::new`, `JwtVerifier::add_audience` and `Issuer::audience`, or those of \
         `Introspection`",
        near_miss(found.as_str(), expected)
    )]
    Audience {
        /// The token's value.
        found: Excerpt,
        /// The configured audiences.
        expected: Vec<String>,
    },
    /// The response of an introspection endpoint has no `aud`.
    #[error(
        "the issuer's response has no `aud`, so the token may be for another server; \
         if the issuer never states it, configure with `Introspection::accept_tokens_without_audience`"
    )]
    AudienceUnknown,
    /// A claim does not have the form that the issuer's dialect reads.
    #[error(
        "the token's claim {claim} is not {expected}, as the dialect {dialect:?} has it; \
         configure with `Issuer::dialect`"
    )]
    ClaimType {
        /// The claim, or the path to it.
        claim: Excerpt,
        /// The form that the dialect reads.
        expected: &'static str,
        /// The name of the dialect.
        dialect: String,
    },
    /// `cnf` cannot be read.
    #[error("the token's `cnf` is refused: {0}")]
    Confirmation(ConfirmationError),
    /// The response of an introspection endpoint about a JWT contradicts it.
    #[error("the issuer's response has another `{0}` than the token itself")]
    Contradiction(&'static str),
    /// A header member that changes how the JWS is read: `crit` (RFC 7515 section 4.1.11), `zip`, or `b64` (RFC 7797)
    /// that is false.
    #[error("the token's header has `crit`, `zip` or a false `b64`")]
    Critical,
    /// `token_type` DPoP in the response of an introspection endpoint, without the key (RFC 9449 section 6.2).
    #[error(
        "the issuer reports the token type DPoP, but no `cnf.jkt`: configure the authorization server to include `cnf` \
         in its responses"
    )]
    DpopWithoutKey,
    /// `exp` has passed.
    #[error(
        "the token expired {ago:?} ago (leeway {leeway:?}; configure with `leeway` of the verifier)"
    )]
    Expired {
        /// How long ago.
        ago: Duration,
        /// The accepted clock difference.
        leeway: Duration,
    },
    /// The header is not a strict JSON object.
    #[error("the token's header is refused: {0}")]
    Header(JsonError),
    /// The issuer reports that the token is not active (RFC 7662 section 2.2). For verifiers that use introspection.
    #[error("the issuer reports that the token is not active")]
    Inactive,
    /// `iat` is in the future.
    #[error(
        "the token's `iat` is {ahead:?} ahead of this clock, which exceeds the limit of 60s: check both clocks"
    )]
    IssuedInFuture {
        /// How far ahead.
        ahead: Duration,
    },
    /// No issuer of this name is configured, nor allowed by the rule of a `TenantIssuers`.
    #[error(
        "the token's issuer is {found}, but the configured issuers are {expected:?} (compared byte for byte){}; \
         configure with `JwtVerifier::new`, `JwtVerifier::add_issuer` and `JwtVerifier::add_tenants`",
        near_miss(found.as_str(), expected)
    )]
    Issuer {
        /// The token's value.
        found: Excerpt,
        /// The configured issuers.
        expected: Vec<String>,
    },
    /// `kid` is longer than the limit.
    #[error("the token's `kid` has {0} bytes, which exceeds the limit of 256")]
    KeyIdTooLong(usize),
    /// The token does not have what distinguishes access tokens in the issuer's dialect.
    #[error(
        "the token is not an access token in the dialect {dialect:?}: expected {expected}, found {found}; \
         configure with `Issuer::dialect`"
    )]
    Marker {
        /// What the dialect requires.
        expected: String,
        /// The token's value.
        found: Excerpt,
        /// The name of the dialect.
        dialect: String,
    },
    /// A required claim is missing or empty.
    #[error("the token has no `{0}` claim (RFC 9068 section 2.2)")]
    MissingClaim(&'static str),
    /// A required header member is missing.
    #[error("the token's header has no `{0}`")]
    MissingHeaderMember(&'static str),
    /// Not a compact JWS; includes JWE, which is not supported.
    #[error(
        "the token is not a compact JWS; for opaque tokens configure `Introspection`; encrypted and unsigned tokens are \
         not supported"
    )]
    NotAJws,
    /// Neither `client_id` nor `scope` in a token without `typ` `at+jwt`.
    #[error("the token has neither `client_id` nor `scope`: it is not an access token")]
    NotAnAccessToken,
    /// `nbf` is in the future.
    #[error("the token is not valid for another {wait:?} by its `nbf`")]
    NotYetValid {
        /// Time until the token is valid.
        wait: Duration,
    },
    /// The claims are not a strict JSON object.
    #[error("the token's claims are refused: {0}")]
    Payload(JsonError),
    /// The response of an introspection endpoint is about another kind of token, such as a refresh token.
    #[error(
        "the issuer reports the token type {found}: it is not an access token of type `Bearer` or `DPoP`"
    )]
    ReportedType {
        /// The response's value.
        found: Excerpt,
    },
    /// The signature does not verify with any key that was tried.
    #[error(
        "the token's signature does not verify with a key of the issuer ({tried} keys tried, {untried} not tried)"
    )]
    Signature {
        /// How many keys were tried; zero if the signature is not base64url of a possible signature length.
        tried: usize,
        /// How many more keys matched. At most 16 are tried, those whose own `alg` names the algorithm first: an issuer
        /// with more keys of a type needs `kid` in its tokens.
        untried: usize,
    },
    /// `typ` is not `at+jwt`.
    #[error(
        "the token's `typ` is {found}, not \"at+jwt\" (RFC 9068 section 4); for an issuer that does not \
         set it, configure with `Issuer::dialect`, or with `Issuer::accept_untyped_tokens`"
    )]
    Type {
        /// The token's value.
        found: Excerpt,
    },
    /// A dependency is unavailable, so the token cannot be verified. Refused with 503.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// A claim that only other kinds of JWT have, in a token without `typ` `at+jwt`.
    #[error("the token has a `{0}` claim: it is another kind of JWT, not an access token")]
    UnexpectedClaim(&'static str),
    /// The issuer has no key of this `kid` and algorithm, even after a refresh.
    #[error(
        "issuer {issuer:?} has no key for `kid` {kid} and algorithm {algorithm}{}",
        not_used(skipped.as_ref())
    )]
    UnknownKey {
        /// The issuer.
        issuer: String,
        /// The token's `kid`.
        kid: Excerpt,
        /// The token's algorithm.
        algorithm: &'static str,
        /// Why the key set's entry with this `kid` is not used, if there is one.
        skipped: Option<SkipReason>,
    },
}

fn not_used(skipped: Option<&SkipReason>) -> String {
    skipped
        .map(|reason| {
            format!("; the entry of the key set with this `kid` is not used: it {reason}")
        })
        .unwrap_or_default()
}
