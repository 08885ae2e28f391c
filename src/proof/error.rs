//! The reasons for refusing a proof, one variant each.

use std::time::Duration;

use super::forwarded::ForwardedError;
use crate::excerpt::Excerpt;
use crate::jose::{JsonError, JwkError};
use crate::near_miss::near_miss;
use crate::replay::ReplayError;
use crate::uri::{RequestError, TargetError, UriError};

/// Why a DPoP proof is refused (RFC 9449 section 4.3). No variant contains a secret.
#[derive(Clone, Debug, PartialEq, strum::IntoStaticStr, thiserror::Error)]
#[non_exhaustive]
#[strum(serialize_all = "snake_case", prefix = "proof_")]
pub enum ProofError {
    /// `ath` is the hash of another token (item 12).
    #[error("the proof's `ath` is not the hash of this access token")]
    AccessTokenHash,
    /// `alg` is not in the configured list (item 5).
    #[error("the proof's `alg` {found} is not among {allowed}; configure with `Dpop::algorithms`")]
    Algorithm {
        /// The proof's value.
        found: Excerpt,
        /// The configured algorithms.
        allowed: String,
    },
    /// A header member that changes how the JWS is read: `crit` (RFC 7515 section 4.1.11), `zip`, or `b64` (RFC 7797)
    /// that is false.
    #[error("the proof's header has `crit`, `zip` or a false `b64`")]
    Critical,
    /// A required claim is an empty string.
    #[error("the proof's `{0}` is empty")]
    EmptyClaim(&'static str),
    /// `exp` has passed.
    #[error("the proof expired {ago:?} ago by its own `exp`")]
    Expired {
        /// How long ago.
        ago: Duration,
    },
    /// The header is not a strict JSON object.
    #[error("the proof's header is refused: {0}")]
    Header(JsonError),
    /// `iat` is in the future (item 11).
    #[error(
        "the proof's `iat` is {ahead:?} ahead of this clock, which exceeds the limit of {limit:?}; \
         configure with `Dpop::clock_skew`, but check both clocks first"
    )]
    IssuedInFuture {
        /// How far ahead.
        ahead: Duration,
        /// The accepted difference.
        limit: Duration,
    },
    /// `iat` is too old (item 11).
    #[error(
        "the proof's `iat` is {age:?} behind this clock, which exceeds the limit of {limit:?}; \
         configure with `Dpop::max_age`, but check both clocks first"
    )]
    IssuedTooLongAgo {
        /// The proof's age.
        age: Duration,
        /// The accepted age.
        limit: Duration,
    },
    /// `jti` is longer than the limit (section 11.1).
    #[error("the proof's `jti` has {0} bytes, which exceeds the limit of 512")]
    JtiTooLong(usize),
    /// The `jwk` is not a usable public key (item 7).
    #[error("the proof's `jwk` is refused: {0}")]
    Key(JwkError),
    /// `htm` names another method (item 8).
    #[error("the proof's `htm` is {found}, but the request's method is {expected}")]
    Method {
        /// The proof's value.
        found: Excerpt,
        /// The request's method.
        expected: Excerpt,
    },
    /// Scheme `DPoP` without the `DPoP` header (section 7.1).
    #[error("the Authorization scheme is DPoP, but there is no DPoP header")]
    Missing,
    /// A required claim is missing (item 3).
    #[error("the proof has no `{0}`")]
    MissingClaim(&'static str),
    /// A required header member is missing (item 3).
    #[error("the proof's header has no `{0}`")]
    MissingHeaderMember(&'static str),
    /// The request target has no path that `htu` could contain (`OPTIONS *`, CONNECT to an authority).
    #[error("the request target has no path that `htu` could contain")]
    NoTargetPath,
    /// The nonce was issued longer ago than it is accepted (section 8).
    #[error(
        "the proof's `nonce` was issued {age:?} ago, which exceeds the limit of {limit:?}; \
         configure with `Nonces::rotation`"
    )]
    NonceExpired {
        /// How long ago.
        age: Duration,
        /// The accepted age.
        limit: Duration,
    },
    /// The nonce was issued by an instance whose clock is ahead, or before this clock was set back.
    #[error(
        "the proof's `nonce` was issued {ahead:?} ahead of this clock, which exceeds the limit of {limit:?}: \
         check the clocks of all instances"
    )]
    NonceFromFuture {
        /// How far ahead.
        ahead: Duration,
        /// The accepted difference.
        limit: Duration,
    },
    /// The nonce does not have the form of those that this server issues (section 8.1).
    #[error(
        "the proof's `nonce` is not 32 characters of base64url: this server did not issue it, but perhaps another one"
    )]
    NonceMalformed,
    /// No nonce, where one is required (item 10).
    #[error("the proof has no `nonce`, which `Nonces::required` demands; the client was sent one")]
    NonceMissing,
    /// No nonce, where one replaces the time of a client whose clock is wrong.
    #[error("the proof has no `nonce`, and needs one because {0}")]
    NonceMissingOnSkew(
        /// Why the proof's own time is refused.
        Box<Self>,
    ),
    /// The nonce is forged, or of another origin or secret (section 9).
    #[error(
        "the proof's `nonce` is not authenticated by this server's secret and origin: instances of a service must share \
         `NonceSecrets`, and a restart replaces a random secret"
    )]
    NonceUnknown,
    /// The `DPoP` header is not a single compact JWS (item 2).
    #[error("the DPoP header is not a single compact JWS")]
    NotAJws,
    /// `nbf` is in the future.
    #[error("the proof is not valid for another {wait:?} by its own `nbf`")]
    NotYetValid {
        /// Time until the proof is valid.
        wait: Duration,
    },
    /// The claims are not a strict JSON object.
    #[error("the proof's claims are refused: {0}")]
    Payload(JsonError),
    /// More than one `DPoP` header (item 1).
    #[error("there is more than one DPoP header")]
    Repeated,
    /// The same proof was accepted before (section 11.1).
    #[error(
        "the proof was used before: a copied request, a client that reuses proofs, or a retry between client and guard"
    )]
    Replayed,
    /// The signature does not verify (item 6).
    #[error("the proof's signature does not verify with its `jwk`")]
    Signature,
    /// `htu` names another URI (item 9).
    #[error(
        "the proof's `htu` is {found}, but the request's target is {expected}{}; \
         configure the origin with `Dpop::new` and the path that a gateway strips with `Dpop::path_prefix`",
        near_miss(found.as_str(), &[expected.as_str()])
    )]
    TargetUri {
        /// The proof's value as written, without query and fragment.
        found: Excerpt,
        /// The request's target in normal form.
        expected: Excerpt,
    },
    /// `htu` is not a URI that could identify a resource.
    #[error("the proof's `htu` is refused: {0}")]
    TargetUriForm(UriError),
    /// The proof is longer than the limit.
    #[error("the proof has {length} bytes, which exceeds the limit of {limit}")]
    TooLarge {
        /// The proof's length in bytes.
        length: usize,
        /// The accepted length in bytes.
        limit: usize,
    },
    /// `typ` is not `dpop+jwt` (item 4).
    #[error("the proof's `typ` is {0}, not \"dpop+jwt\"")]
    Type(Excerpt),
}

/// Why evidence of possession could not be obtained: because of the proof, the request, or the replay store.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProofCheckError {
    #[error(transparent)]
    Forwarded(#[from] ForwardedError),
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
