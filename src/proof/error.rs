//! Why a proof is refused, one variant a reason.

use std::time::Duration;

use crate::excerpt::Excerpt;
use crate::jose::{JsonError, JwkError};
use crate::replay::ReplayError;
use crate::uri::{RequestError, TargetError, UriError};

/// Why a DPoP proof does not hold (RFC 9449 section 4.3). None of it is secret.
#[derive(Clone, Debug, PartialEq, strum::IntoStaticStr, thiserror::Error)]
#[non_exhaustive]
#[strum(serialize_all = "snake_case", prefix = "proof_")]
pub enum ProofError {
    /// `ath` is the hash of another token (item 12).
    #[error("the proof's `ath` is not the hash of this access token")]
    AccessTokenHash,
    /// `alg` is not in the configured list (item 5).
    #[error("the proof's `alg` {found} is not among {allowed}; `Dpop::algorithms` governs this")]
    Algorithm {
        /// What the proof names.
        found: Excerpt,
        /// What is configured.
        allowed: String,
    },
    /// A header member that changes how the JWS is read: `crit` (RFC 7515 section 4.1.11), `zip`, or `b64` (RFC 7797)
    /// that is false.
    #[error("the proof's header has `crit`, `zip` or a false `b64`")]
    Critical,
    /// `exp` has passed.
    #[error("the proof expired {ago:?} ago by its own `exp`")]
    Expired {
        /// Time since.
        ago: Duration,
    },
    /// A required claim is an empty text.
    #[error("the proof's `{0}` is empty")]
    EmptyClaim(&'static str),
    /// The header is not a strict JSON object.
    #[error("the proof's header is refused: {0}")]
    Header(JsonError),
    /// `iat` lies ahead (item 11).
    #[error(
        "the proof's `iat` is {ahead:?} ahead of this clock, more than the {limit:?} accepted; \
         configure with `Dpop::clock_skew`, but check both clocks first"
    )]
    IssuedInFuture {
        /// How far ahead.
        ahead: Duration,
        /// How far is accepted.
        limit: Duration,
    },
    /// `iat` lies too far back (item 11).
    #[error(
        "the proof's `iat` is {age:?} behind this clock, more than the {limit:?} accepted; \
         configure with `Dpop::max_age`, but check both clocks first"
    )]
    IssuedTooLongAgo {
        /// How far back.
        age: Duration,
        /// How far is accepted.
        limit: Duration,
    },
    /// `jti` is longer than the limit (section 11.1).
    #[error("the proof's `jti` has {0} bytes, too many")]
    JtiTooLong(usize),
    /// The `jwk` is no usable public key (item 7).
    #[error("the proof's `jwk` is refused: {0}")]
    Key(JwkError),
    /// `htm` is another method (item 8).
    #[error("the proof's `htm` is {found}, the request's method is {expected}")]
    Method {
        /// What the proof names.
        found: Excerpt,
        /// What the request is.
        expected: Excerpt,
    },
    /// A required claim is missing (item 3).
    #[error("the proof has no `{0}`")]
    MissingClaim(&'static str),
    /// A required header member is missing (item 3).
    #[error("the proof's header has no `{0}`")]
    MissingHeaderMember(&'static str),
    /// Scheme `DPoP` without the `DPoP` header (section 7.1).
    #[error("the Authorization scheme is DPoP, but there is no DPoP header")]
    Missing,
    /// The request has no path that a proof could name (`OPTIONS *`, CONNECT to an authority).
    #[error("the request target has no path that a proof could name")]
    NoTargetPath,
    /// Not one compact JWS (item 2).
    #[error("the DPoP header is not one compact JWS")]
    NotAJws,
    /// `nbf` lies ahead.
    #[error("the proof is not valid for another {wait:?} by its own `nbf`")]
    NotYetValid {
        /// Time until.
        wait: Duration,
    },
    /// The claims are not a strict JSON object.
    #[error("the proof's claims are refused: {0}")]
    Payload(JsonError),
    /// The same proof was accepted before (section 11.1).
    #[error("the proof was used before")]
    Replayed,
    /// More than one `DPoP` header (item 1).
    #[error("there is more than one DPoP header")]
    Repeated,
    /// The signature does not verify (item 6).
    #[error("the proof's signature does not verify with its `jwk`")]
    Signature,
    /// `htu` is another URI (item 9).
    #[error(
        "the proof's `htu` is {found}, the request's target is {expected}; \
         `Dpop::new` sets the origin, `Dpop::path_prefix` the path that a gateway strips"
    )]
    TargetUri {
        /// What the proof names, as written, without query and fragment.
        found: Excerpt,
        /// What the request is, in normal form.
        expected: Excerpt,
    },
    /// `htu` is no URI that could name a resource.
    #[error("the proof's `htu` is refused: {0}")]
    TargetUriForm(UriError),
    /// The proof is longer than the limit.
    #[error("the proof has {length} bytes, more than the {limit} accepted")]
    TooLarge {
        /// Bytes presented.
        length: usize,
        /// Bytes accepted.
        limit: usize,
    },
    /// `typ` is not `dpop+jwt` (item 4).
    #[error("the proof's `typ` is {0}, not \"dpop+jwt\"")]
    Type(Excerpt),
}

/// Why there is no evidence: the proof, the request, or the replay store.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProofCheckError {
    #[error(transparent)]
    Proof(#[from] ProofError),
    #[error(transparent)]
    Replay(#[from] ReplayError),
    #[error(transparent)]
    Request(#[from] RequestError),
}

impl From<TargetError> for ProofCheckError {
    fn from(error: TargetError) -> Self {
        match error {
            TargetError::NoPath => Self::Proof(ProofError::NoTargetPath),
            TargetError::Request(error) => Self::Request(error),
        }
    }
}
