//! The reasons for refusing a client assertion, one variant each. The client learns only that authentication failed.

use std::time::Duration;

use crate::excerpt::Excerpt;
use crate::jose::JsonError;
use crate::keys::SkipReason;
use crate::replay::ReplayError;
use crate::unavailable::Unavailable;

/// Why a client assertion is refused (RFC 7523 section 3, RFC 10070): 401 `invalid_client`.
#[derive(Clone, Debug, PartialEq, strum::IntoStaticStr, thiserror::Error)]
#[non_exhaustive]
#[strum(serialize_all = "snake_case", prefix = "assertion_")]
pub enum AssertionError {
    /// `alg` is not in the list.
    #[error(
        "the assertion's `alg` {found} is not among {allowed}; configure with `ClientAssertions::algorithms`"
    )]
    Algorithm {
        /// The assertion's value.
        found: Excerpt,
        /// The configured algorithms.
        allowed: String,
    },
    /// `aud` is not the issuer identifier of this server alone (RFC 10070 section 3).
    #[error(
        "the assertion's audience is {found}, but must be {expected:?} alone; configure with \
         `ClientAssertions::new`, and for clients that send the URL of an endpoint with \
         `ClientAssertions::accept_endpoint_audience`"
    )]
    Audience {
        /// The assertion's values, separated by spaces.
        found: Excerpt,
        /// The accepted values.
        expected: Vec<String>,
    },
    /// The parameter `client_id` names another client (RFC 7521 section 4.2).
    #[error("the parameter `client_id` is {parameter}, but the assertion is of client {found}")]
    ClientId {
        /// The assertion's client.
        found: Excerpt,
        /// The parameter.
        parameter: Excerpt,
    },
    /// A header member that changes how the JWS is read: `crit` (RFC 7515 section 4.1.11), `zip`, or `b64` (RFC 7797)
    /// that is false.
    #[error("the assertion's header has `crit`, `zip` or a false `b64`")]
    Critical,
    /// `exp` has passed (item 4).
    #[error(
        "the assertion expired {ago:?} ago (clock skew {skew:?}; configure with `ClientAssertions::clock_skew`)"
    )]
    Expired {
        /// How long ago.
        ago: Duration,
        /// The accepted clock difference.
        skew: Duration,
    },
    /// The header is not a strict JSON object.
    #[error("the assertion's header is refused: {0}")]
    Header(JsonError),
    /// `iat` is in the future (item 6).
    #[error(
        "the assertion's `iat` is {ahead:?} ahead of this clock, which exceeds the limit of {skew:?}; \
         configure with `ClientAssertions::clock_skew`"
    )]
    IssuedInFuture {
        /// How far ahead.
        ahead: Duration,
        /// The accepted clock difference.
        skew: Duration,
    },
    /// `jti` is longer than the limit.
    #[error("the assertion's `jti` has {0} bytes, which exceeds the limit of 512")]
    JtiTooLong(usize),
    /// `kid` is longer than the limit.
    #[error("the assertion's `kid` has {0} bytes, which exceeds the limit of 256")]
    KeyIdTooLong(usize),
    /// A required claim is missing or empty (items 1 to 4 and 7).
    #[error("the assertion has no `{0}` claim")]
    MissingClaim(&'static str),
    /// A required header member is missing.
    #[error("the assertion's header has no `{0}`")]
    MissingHeaderMember(&'static str),
    /// Not a compact JWS; includes JWE, which is not supported.
    #[error("the assertion is not a compact JWS")]
    NotAJws,
    /// `nbf` is in the future (item 5).
    #[error("the assertion is not valid for another {wait:?} by its `nbf`")]
    NotYetValid {
        /// Time until the assertion is valid.
        wait: Duration,
    },
    /// The claims are not a strict JSON object.
    #[error("the assertion's claims are refused: {0}")]
    Payload(JsonError),
    /// The same assertion was accepted before (item 7).
    #[error("the assertion was used before")]
    Replayed,
    /// The signature does not verify with any key that was tried (item 9).
    #[error(
        "the assertion's signature does not verify with a key of the client ({tried} keys tried, {untried} not tried)"
    )]
    Signature {
        /// How many keys were tried; zero if the signature is not base64url of a possible signature length.
        tried: usize,
        /// How many more keys matched. At most 16 are tried.
        untried: usize,
    },
    /// `iss` and `sub` differ (item 2).
    #[error("the assertion's `iss` is {iss}, but its `sub` is {sub}: both must be the client")]
    Subject {
        /// The assertion's `iss`.
        iss: Excerpt,
        /// The assertion's `sub`.
        sub: Excerpt,
    },
    /// The assertion is longer than the limit.
    #[error("the assertion has {length} bytes, which exceeds the limit of {limit}")]
    TooLarge {
        /// The assertion's length in bytes.
        length: usize,
        /// The accepted length in bytes.
        limit: usize,
    },
    /// The time from `iat`, or from now, to `exp` exceeds the limit (item 4).
    #[error(
        "the assertion is valid for {lifetime:?}, which exceeds the limit of {limit:?}; configure with \
         `ClientAssertions::max_lifetime`"
    )]
    TooLong {
        /// The time from `iat` to `exp`, or from now if that is longer.
        lifetime: Duration,
        /// The accepted time.
        limit: Duration,
    },
    /// `typ` is not `client-authentication+jwt` (RFC 10070 section 4).
    #[error(
        "the assertion's `typ` is {found}, not \"client-authentication+jwt\"; for clients that do not set it, \
         configure with `ClientAssertions::accept_untyped_assertions`"
    )]
    Type {
        /// The assertion's value.
        found: Excerpt,
    },
    /// A claim that only other kinds of JWT have, in an assertion without its `typ`.
    #[error("the assertion has a `{0}` claim: it is another kind of JWT")]
    UnexpectedClaim(&'static str),
    /// The client has no key of this `kid` and algorithm, even after a refresh.
    #[error("the client has no key for `kid` {kid} and algorithm {algorithm}{}", not_used(skipped.as_ref()))]
    UnknownKey {
        /// The assertion's `kid`.
        kid: Excerpt,
        /// The assertion's algorithm.
        algorithm: &'static str,
        /// Why the key set's entry with this `kid` is not used, if there is one.
        skipped: Option<SkipReason>,
    },
}

/// Why an assertion is not accepted: because of the assertion, the replay store, or the client's keys.
#[derive(Debug, thiserror::Error)]
pub(in crate::token_endpoint) enum AssertionCheckError {
    #[error(transparent)]
    Assertion(#[from] AssertionError),
    #[error(transparent)]
    Replay(#[from] ReplayError),
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

fn not_used(skipped: Option<&SkipReason>) -> String {
    let reason = skipped.map(|reason| {
        format!("; the entry of the key set with this `kid` is not used: it {reason}")
    });
    reason.unwrap_or_default()
}
